"""From HTML to PDF: by PlutoPrint, or in memory for tests that ask what a document says and not how it looks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from core.errors import BanyanError
from core.reports.assets import Assets

if TYPE_CHECKING:
    from plutoprint import Book, ResourceFetcher


@dataclass(frozen=True)
class Page:
    """A document that is to be laid out on pages. html: whole. title: of the file's properties."""

    html: str
    assets: Assets
    title: str = ""


class Engine(Protocol):
    """Lays documents out."""

    def pdf(self, documents: Iterable[Page], made_at: datetime) -> bytes:
        """One PDF of these documents, one after the other, each with page numbers of its own. made_at: noted in it."""
        ...


class PlutoEngine:
    """Lays documents out with PlutoPrint; many at once, in as many threads."""

    def pdf(self, documents: Iterable[Page], made_at: datetime) -> bytes:
        import plutoprint  # a second of loading that only documents need

        written, canvas = BytesIO(), None
        for document in documents:
            book = _book(document)
            for place in range(book.get_page_count()):
                size = book.get_page_size_at(place)
                if canvas is None:
                    canvas = plutoprint.PDFCanvas.create_for_stream(written, size)
                    _describe(canvas, document.title, made_at)
                canvas.set_size(size)
                canvas.save_state()
                canvas.scale(plutoprint.UNITS_PX, plutoprint.UNITS_PX)  # it draws in pixels, a PDF has points
                book.render_page(canvas, place)
                canvas.restore_state()
                canvas.show_page()
        if canvas is None:
            raise BanyanError("There is nothing to print.")
        canvas.finish()
        return written.getvalue()


def _book(document: Page) -> Book:
    import plutoprint

    book = plutoprint.Book(media=plutoprint.MEDIA_TYPE_PRINT)
    book.custom_resource_fetcher = _fetcher(document.assets)
    book.load_html(document.html)
    return book


def _describe(canvas: object, title: str, made_at: datetime) -> None:
    import plutoprint

    described = (
        (plutoprint.PDF_METADATA_TITLE, title),
        (plutoprint.PDF_METADATA_CREATOR, "Banyan"),
        (plutoprint.PDF_METADATA_CREATION_DATE, made_at.strftime("%Y-%m-%dT%H:%M:%SZ")),
    )
    for what, text in described:
        getattr(canvas, "set_metadata")(what, text)


def _fetcher(assets: Assets) -> ResourceFetcher:
    """Through which PlutoPrint asks for everything that a document names."""
    import plutoprint

    class Fetcher(plutoprint.ResourceFetcher):
        """Gives what the assets have."""

        def fetch_url(self, url: str) -> plutoprint.ResourceData:
            found = assets.load(url)
            if isinstance(found, Path):
                # The engine keeps fonts beyond the end of Python, so their bytes must not be Python's.
                return plutoprint.default_resource_fetcher.fetch_url(found.as_uri())
            return plutoprint.ResourceData(*found, "")

    return Fetcher()


@dataclass
class MemoryEngine:
    """Notes what it is asked for: `engine.documents` has the HTML. What it gives begins as a PDF does, and is none."""

    documents: list[Page] = field(default_factory=list)

    def pdf(self, documents: Iterable[Page], made_at: datetime) -> bytes:
        asked = list(documents)
        self.documents += asked
        return b"%PDF-memory\n" + "\n".join(page.html for page in asked).encode()
