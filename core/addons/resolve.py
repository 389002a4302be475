"""Resolution: from the addons that are wanted to all that they need, in the order in which they load."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.addons.discover import Found
from core.addons.manifest import DISTRIBUTION, Dependency, Manifest, banyan_version
from core.errors import DeclarationError, nearest


def resolve(found: Mapping[str, Found], wanted: Iterable[str]) -> list[Manifest]:
    """The manifests of the wanted addons and of all that they depend on, in load order.

    Load order: what an addon depends on comes before it; among addons of the same depth, by name, so that
    a set has one order everywhere. Raises DeclarationError for what is missing, goes in a circle, or has
    a version that another addon does not work with.
    """
    depths: dict[str, int] = {}
    manifests: dict[str, Manifest] = {}

    def visit(name: str, walking: tuple[str, ...]) -> int:
        if name in walking:
            raise _circle(manifests, (*walking[walking.index(name) :], name))
        if name not in depths:
            manifest = manifests[name] = _manifest(found, name, walking)
            _check_banyan(manifest)
            depth = 0
            for need in manifest.depends:
                depth = max(depth, 1 + visit(need.name, (*walking, name)))
                _check_version(manifest, need, manifests[need.name])
            depths[name] = depth
        return depths[name]

    for name in sorted(set(wanted)):
        visit(name, ())
    return sorted(manifests.values(), key=lambda manifest: (depths[manifest.name], manifest.name))


def _manifest(found: Mapping[str, Found], name: str, walking: tuple[str, ...]) -> Manifest:
    if name in found:
        return found[name].checked()
    hint = nearest(name, found)
    if walking:
        needing = found[walking[-1]].checked()
        raise DeclarationError(
            f"needs the addon '{name}', which is not installed",
            addon=needing.name,
            where=needing.line_of("depends", name),
            hint=hint or "install it, or name its folder in the addons path",
        )
    raise DeclarationError(
        f"there is no addon '{name}'", hint=hint or "`banyan addons list` shows those that there are"
    )


def _circle(manifests: Mapping[str, Manifest], names: tuple[str, ...]) -> DeclarationError:
    return DeclarationError(
        f"addons depend on one another in a circle: {' → '.join(names)}",
        addon=names[0],
        where=manifests[names[0]].line_of("depends", names[1]),
        hint="take one of these out of 'depends'; what both sides need belongs in a third addon or a bridge",
    )


def _check_version(manifest: Manifest, need: Dependency, other: Manifest) -> None:
    if need.versions.contains(other.version, prereleases=True):
        return
    too_new = any(
        item.operator in ("<", "<=") and not item.contains(other.version, prereleases=True) for item in need.versions
    )
    advice = f"Use an older {other.name}" if too_new else f"Upgrade {other.name}"
    raise DeclarationError(
        f"addon '{manifest.name}' {manifest.version} needs {need}; found {other.version} at {other.folder}. "
        f"{advice}, or use another version of {manifest.name}."
    )


def _check_banyan(manifest: Manifest) -> None:
    if not manifest.banyan:
        return
    running = banyan_version()
    if not manifest.banyan.contains(running, prereleases=True):
        raise DeclarationError(
            f"addon '{manifest.name}' {manifest.version} needs Banyan {manifest.banyan}; this is {running}. "
            f"Upgrade {DISTRIBUTION}, or use another version of {manifest.name}."
        )
