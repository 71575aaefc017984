/**
 * Who may write. The credentials are in this page's memory alone; each command carries them, and there is no cookie
 * that another page could make the browser send.
 */

const root = document.body.dataset.root;
const logins = document.body.dataset.logins.split(" ");

export class Session {
  user = null;
  #authorization = null;

  get logins() {
    return logins;
  }

  async login({ user, password, token }) {
    this.#authorization = token ? "Bearer " + token : user ? "Basic " + base64(user + ":" + password) : null;
    try {
      this.user = (await this.post(root + "/dashboard/login")).user;
    } catch (error) {
      this.logout();
      throw error;
    }
  }

  logout() {
    this.user = null;
    this.#authorization = null;
  }

  /** Sends a command. An error has the server's own words. */
  async post(path, body) {
    const headers = { "Content-Type": "application/json" };
    if (this.#authorization) {
      headers.Authorization = this.#authorization;
    }
    let answer;
    try {
      answer = await fetch(path, {
        method: "POST", headers, body: body === undefined ? undefined : JSON.stringify(body), cache: "no-store",
        redirect: "error",
        // "omit" keeps the browser from asking for a password of its own, but also from showing its certificate
        credentials: this.#authorization ? "omit" : "same-origin"
      });
    } catch {
      throw new Error("The server does not answer.");
    }
    const text = await answer.text();
    let content = {};
    try {
      content = text ? JSON.parse(text) : {};
    } catch {
      // an answer in other words
    }
    if (!answer.ok) {
      if (answer.status === 401 || answer.status === 403) {
        this.logout();
      }
      throw Object.assign(new Error(content.error ?? `The server answers ${answer.status}.`), { content });
    }
    return content;
  }
}

function base64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
