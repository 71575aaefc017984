/** Dialogs: log in, command a member, reload. */

const $ = id => document.getElementById(id);
const { poolsPath, reloadPath, root } = document.body.dataset;

export class Commands {
  #session;
  #then = null;
  #target = null;

  constructor(session) {
    this.#session = session;
    for (const button of document.querySelectorAll("[data-close]")) {
      button.addEventListener("click", () => button.closest("dialog").close());
    }
    $("login").addEventListener("click", () => session.user ? this.#logout() : this.#withLogin(null));
    $("login-form").addEventListener("submit", event => this.#submit(event, () => this.#login()));
    $("command-form").addEventListener("submit", event => this.#submit(event, () => this.#command()));
    $("reload").addEventListener("click", () => this.#withLogin(() => this.#reload()));
    document.addEventListener("click", event => {
      const button = event.target.closest?.("button.command");
      if (button) {
        this.#withLogin(() => this.#ask(button.closest("[data-row]")));
      }
    });
    this.#account();
  }

  #account() {
    $("login").textContent = this.#session.user ? "Log out " + this.#session.user : "Log in";
    $("login").classList.toggle("quiet", this.#session.user !== null);
  }

  #logout() {
    this.#session.logout();
    $("audit").replaceChildren();
    $("audit-empty").hidden = false;
    this.#account();
  }

  #withLogin(then) {
    if (this.#session.user) {
      then?.();
      return;
    }
    this.#then = then;
    $("login-error").textContent = "";
    for (const way of ["password", "token", "certificate"]) {
      $("login-" + way).hidden = !this.#session.logins.includes(way);
    }
    $("login-dialog").showModal();
  }

  async #submit(event, work) {
    event.preventDefault();
    const form = event.target;
    const error = form.querySelector(".error");
    const submit = form.querySelector("[type=submit]");
    submit.disabled = true;
    try {
      await work();
      form.closest("dialog").close();
    } catch (problem) {
      error.textContent = problem.message;
      this.#account();
    } finally {
      submit.disabled = false;
    }
  }

  async #login() {
    const form = $("login-form");
    await this.#session.login(Object.fromEntries(new FormData(form)));
    form.reset();
    this.#account();
    this.audit();
    const then = this.#then;
    this.#then = null;
    if (then) {
      queueMicrotask(then);
    }
  }

  #ask(row) {
    const pool = row.closest("[data-members]").dataset.members;
    const member = row.querySelector("[data-f=member]").textContent;
    this.#target = { pool, member };
    const form = $("command-form");
    form.reset();
    form.elements.state.value = (row.dataset.intent || "READY").toLowerCase();
    this.#target.before = form.elements.state.value;
    $("command-title").textContent = `${pool} / ${member}`;
    $("command-error").textContent = "";
    $("command-dialog").showModal();
  }

  async #command() {
    const { pool, member, before } = this.#target;
    const given = Object.fromEntries([...new FormData($("command-form"))].filter(([, value]) => value.trim() !== ""));
    if (given.state === before && given.weight && !given.ttl && !given.reason) {
      delete given.state; // the weight alone: reason and time of the state stay
    }
    await this.#session.post(`${poolsPath}/${encodeURIComponent(pool)}/members/`
      + encodeURIComponent(member), given);
    toast(`${pool} / ${member}: done`);
    this.audit();
  }

  async #reload() {
    try {
      const result = await this.#session.post(reloadPath);
      message("Configuration " + result.result, result.result === "unchanged"
        ? ["The files say what is in force already."] : lines(result));
    } catch (error) {
      message("The configuration was refused", error.content?.faults
        ? error.content.faults.map(fault => typeof fault === "string" ? fault : Object.values(fault).join(" · "))
        : [error.message]);
    }
    this.#account();
    this.audit();
  }

  /** Shows who changed what, if somebody is logged in. */
  async audit() {
    if (!this.#session.user) {
      return;
    }
    const entries = await this.#session.post(root + "/dashboard/audit").catch(() => []);
    $("audit-empty").hidden = true;
    $("audit").replaceChildren(...entries.map(entry => {
      const item = document.createElement("li");
      const state = part("state", entry.result.toUpperCase());
      state.dataset.state = entry.result === "done" ? "DONE" : "REFUSED";
      const ago = document.createElement("hg-ago");
      ago.setAttribute("datetime", entry.at);
      item.append(state, " ", part("what", entry.what), " ",
        part("cause", [entry.who, entry.from, entry.reason].filter(Boolean).join(" · ")), " ", ago);
      return item;
    }));
  }
}

function part(name, text) {
  const span = document.createElement("span");
  span.className = name;
  span.textContent = text;
  return span;
}

function lines(result) {
  const all = [];
  for (const what of ["pools", "listeners", "routes"]) {
    for (const how of ["added", "removed", "changed"]) {
      if (result[what]?.[how]?.length) {
        all.push(`${what} ${how}: ${result[what][how].join(", ")}`);
      }
    }
  }
  if (result.settings?.length) {
    all.push("settings changed: " + result.settings.join(", "));
  }
  if (result.needsRestart?.length) {
    all.push("needs a restart: " + result.needsRestart.join(", "));
  }
  return all;
}

function message(title, texts) {
  $("message-title").textContent = title;
  $("message-text").replaceChildren(...texts.map(text => {
    const line = document.createElement("p");
    line.textContent = text;
    return line;
  }));
  $("message-dialog").showModal();
}

function toast(text) {
  $("toast").textContent = text;
  $("toast").classList.add("shown");
  setTimeout(() => $("toast").classList.remove("shown"), 4000);
}
