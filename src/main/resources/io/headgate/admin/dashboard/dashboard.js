/** Keeps the page up to date, and makes it answer to keys and clicks. */

import "./elements.js";
import "./explain.js";
import { Commands } from "./commands.js";
import { Session } from "./session.js";
import { Tables } from "./tables.js";

const $ = id => document.getElementById(id);
const root = document.body.dataset.root;
const tables = new Tables();
const commands = new Commands(new Session());
const open = new Set([...document.querySelectorAll(".pool:has(.expand[aria-expanded=true])")]
  .map(pool => pool.dataset.row));
let version = document.body.dataset.version;
let stream = null;
let retry = 0;

function live(state, text) {
  $("live").dataset.state = state;
  if ($("live-text").textContent !== text) {
    $("live-text").textContent = text;
  }
}

function connect() {
  stream?.close();
  clearTimeout(retry);
  const query = new URLSearchParams([["since", version], ...[...open].map(pool => ["open", pool])]);
  stream = new EventSource(`${root}/dashboard/live?${query}`);
  stream.onmessage = message => {
    const event = JSON.parse(message.data);
    version = event.version;
    tables.apply(event);
    filter();
    live("on", "live");
  };
  stream.onerror = () => {
    stream.close();
    live("off", "connecting again");
    retry = setTimeout(connect, 2000);
  };
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    stream?.close();
    live("off", "paused");
  } else {
    connect();
  }
});

document.addEventListener("click", event => {
  const button = event.target.closest?.("button.expand");
  if (!button) {
    return;
  }
  const pool = button.closest("[data-row]");
  const expand = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(expand));
  pool.querySelector(".members").hidden = !expand;
  if (expand) {
    open.add(pool.dataset.row);
  } else {
    open.delete(pool.dataset.row);
  }
  const address = new URL(location.href);
  address.searchParams.delete("open");
  for (const name of open.size ? open : [""]) {
    address.searchParams.append("open", name);
  }
  history.replaceState(null, "", address);
  connect();
});

let wanted = "";
let troubledOnly = false;

function filter(force) {
  if (!force && wanted === "" && !troubledOnly) {
    return;
  }
  for (const pool of document.querySelectorAll(".pool")) {
    pool.hidden = !pool.dataset.row.toLowerCase().includes(wanted)
      || (troubledOnly && pool.dataset.state === "UP");
  }
}

$("filter").addEventListener("input", () => {
  wanted = $("filter").value.trim().toLowerCase();
  filter(true);
});
$("only-troubled").addEventListener("change", () => {
  troubledOnly = $("only-troubled").checked;
  filter(true);
});
document.addEventListener("keydown", event => {
  if (event.key === "/" && !event.target.closest("input, textarea, dialog")) {
    event.preventDefault();
    $("filter").focus();
  }
});

setInterval(() => commands.audit(), 10000);
connect();
