/** The page's two elements: a line of the last values, and a time as people say it. */

const SVG = "http://www.w3.org/2000/svg";
const MOST = 120;
const WIDTH = 120;
const HEIGHT = 24;

const inSight = new IntersectionObserver(entries => {
  for (const entry of entries) {
    entry.target.visible = entry.isIntersecting;
    entry.target.draw();
  }
});

class Spark extends HTMLElement {
  visible = false;
  #values = [];
  #line = null;
  #area = null;

  connectedCallback() {
    this.setAttribute("aria-hidden", "true");
    if (!this.#line) {
      const svg = document.createElementNS(SVG, "svg");
      svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
      svg.setAttribute("preserveAspectRatio", "none");
      this.#area = svg.appendChild(document.createElementNS(SVG, "polygon"));
      this.#line = svg.appendChild(document.createElementNS(SVG, "polyline"));
      this.append(svg);
      this.history(this.dataset.h ?? "");
    }
    inSight.observe(this);
  }

  disconnectedCallback() {
    inSight.unobserve(this);
  }

  /** Takes all values, as text with commas. */
  history(text) {
    this.#values = text ? text.split(",").map(Number) : [];
    this.draw();
  }

  /** Takes the value of the last second, or of several. */
  push(value, seconds) {
    for (let i = 0; i < Math.min(seconds, MOST); i++) {
      this.#values.push(value);
    }
    if (this.#values.length > MOST) {
      this.#values.splice(0, this.#values.length - MOST);
    }
    this.draw();
  }

  draw() {
    if (!this.visible || !this.#line) {
      return;
    }
    const values = this.#values;
    const top = Math.max(...values, 0);
    this.toggleAttribute("data-quiet", top === 0);
    const step = WIDTH / (MOST - 1);
    const points = values.map((value, i) => {
      const x = WIDTH - (values.length - 1 - i) * step;
      const y = HEIGHT - 1 - (top === 0 ? 0 : value / top) * (HEIGHT - 3);
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    });
    this.#line.setAttribute("points", points.join(" "));
    this.#area.setAttribute("points", points.length === 0 ? ""
      : `${points[0].split(",")[0]},${HEIGHT} ${points.join(" ")} ${WIDTH},${HEIGHT}`);
  }
}

const UNITS = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];

class Ago extends HTMLElement {
  static observedAttributes = ["datetime"];
  static all = new Set();
  #shown = "";

  connectedCallback() {
    Ago.all.add(this);
    this.tell();
  }

  disconnectedCallback() {
    Ago.all.delete(this);
  }

  attributeChangedCallback() {
    if (this.isConnected) {
      this.tell();
    }
  }

  tell() {
    const at = new Date(this.getAttribute("datetime") ?? "");
    if (Number.isNaN(at.getTime())) {
      return;
    }
    const seconds = Math.max(0, Math.round((Date.now() - at.getTime()) / 1000));
    const [size, unit] = UNITS.find(([least]) => seconds >= least) ?? [1, "s"];
    const text = `${Math.floor(seconds / size)} ${unit} ago`;
    if (text !== this.#shown) {
      this.#shown = text;
      this.textContent = text;
      this.title = at.toLocaleString();
    }
  }
}

setInterval(() => Ago.all.forEach(each => each.tell()), 1000);
customElements.define("hg-spark", Spark);
customElements.define("hg-ago", Ago);
