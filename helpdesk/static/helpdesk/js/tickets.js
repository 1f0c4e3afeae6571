// What the list and the ticket add to site.js.
import "./workspace.js";
import "./composer.js";
import "./mentions.js";
import "./switching.js";
import "./back.js";
import "./panes.js";
import "./selection.js";
import "./counts.js";
