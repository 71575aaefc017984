/** The rows of the page. What the server sends is put in as text, never as markup. */

class Row {
  #texts = new Map();
  #sparks = new Map();

  constructor(element) {
    this.element = element;
    const own = [element, ...element.querySelectorAll("[data-f], [data-s]")]
      .filter(each => each === element || each.closest("[data-row]") === element);
    for (const each of own) {
      const { f: field, s: spark } = each.dataset;
      if (field) {
        this.#texts.set(field, [...this.#texts.get(field) ?? [], each]);
      }
      if (spark) {
        this.#sparks.set(spark, each);
      }
    }
  }

  patch(fields) {
    for (const [field, value] of Object.entries(fields)) {
      for (const element of this.#texts.get(field) ?? []) {
        show(element, value);
      }
    }
    for (const [name, spark] of this.#sparks) {
      if (name + "History" in fields) {
        spark.history(fields[name + "History"]);
      }
    }
  }

  seconds(count, fields) {
    for (const [name, spark] of this.#sparks) {
      spark.push(fields?.[name + "Now"] ?? 0, count);
    }
  }
}

function show(element, value) {
  const as = element.dataset.as;
  if (as === "intent") {
    element.dataset.intent = value;
    return;
  }
  if (as) {
    element.dataset.state = value;
  }
  if (element.localName === "hg-ago") {
    element.setAttribute("datetime", value);
  } else if (as !== "mark") {
    element.textContent = value;
  }
}

class Table {
  #rows = new Map();

  constructor(container, made) {
    this.container = container;
    this.made = made;
    for (const element of container.children) {
      this.#rows.set(element.dataset.row, new Row(element));
    }
  }

  order(ids) {
    const kept = new Set(ids);
    for (const [id, row] of this.#rows) {
      if (!kept.has(id)) {
        row.element.remove();
        this.#rows.delete(id);
      }
    }
    ids.forEach((id, i) => {
      const element = (this.#rows.get(id) ?? this.#make(id)).element;
      if (this.container.children[i] !== element) {
        this.container.insertBefore(element, this.container.children[i] ?? null);
      }
    });
  }

  #make(id) {
    const template = document.getElementById(this.container.dataset.template);
    const element = template.content.firstElementChild.cloneNode(true);
    element.dataset.row = id;
    for (const inner of element.querySelectorAll("[data-members]")) {
      inner.dataset.members = id;
    }
    const row = new Row(element);
    this.#rows.set(id, row);
    this.container.append(element);
    this.made(element);
    return row;
  }

  apply(change, seconds) {
    if (change?.order) {
      this.order(change.order);
    }
    for (const [id, fields] of Object.entries(change?.rows ?? {})) {
      this.#rows.get(id)?.patch(fields);
    }
    if (seconds > 0) {
      for (const [id, row] of this.#rows) {
        row.seconds(seconds, change?.rows?.[id]);
      }
    }
  }
}

export class Tables {
  #byName = new Map();

  constructor() {
    this.#find(document.body);
  }

  #find(root) {
    for (const container of root.querySelectorAll("[data-table], [data-members]")) {
      const { table, members } = container.dataset;
      this.#byName.set(table ?? "members/" + members, new Table(container, made => this.#find(made)));
    }
  }

  /** Tables that come with a new row, such as a pool's members, are reached too: a Map visits what is added to it. */
  apply(event) {
    for (const [name, table] of this.#byName) {
      if (table.container.isConnected) {
        table.apply(event.tables[name], event.ticks);
      } else {
        this.#byName.delete(name);
      }
    }
  }
}
