// What every page does with scripts on. Each module looks for its own attributes and leaves the rest alone;
// without scripts every one of these pages works too.
import "./theme.js";
import "./menus.js";
import "./keys.js";
import "./guard.js";
import "./people.js";
import "./search.js";
import "./swap.js";
