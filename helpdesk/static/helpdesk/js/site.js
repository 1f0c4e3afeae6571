// What every page of somebody who is signed in has. In production this is one file (static_files.py).
import "./requests.js";
import "./times.js";
import "./clocks.js";
import "./keyboard.js";
import "./palette.js";
import "./undo.js";
import "./bell.js";
import "./live.js";
import "./news.js";
import "./presence.js";
