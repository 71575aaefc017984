/** The form that asks what would become of a request. */

const form = document.getElementById("explain-form");
const result = document.getElementById("explain-result");
const { explainPath } = document.body.dataset;

form.addEventListener("submit", async event => {
  event.preventDefault();
  const given = new FormData(form);
  const query = new URLSearchParams({ method: given.get("method"), url: given.get("url").trim() });
  for (const line of given.get("headers").split("\n").map(each => each.trim()).filter(Boolean)) {
    query.append("header", line);
  }
  if (given.get("client").trim()) {
    query.append("client", given.get("client").trim());
  }
  let answer;
  try {
    answer = await (await fetch(`${explainPath}?${query}`, { cache: "no-store" })).json();
  } catch {
    answer = { error: "The server does not answer." };
  }
  result.replaceChildren(...answer.error ? [text("p", "error", answer.error)] : shown(answer));
});

function shown(answer) {
  const all = [text("p", "answer", answer.answer)];
  if (answer.lane) {
    const lane = text("p", "", "Lane: ");
    lane.append(state(answer.lane.toUpperCase(), answer.lane), " " + (answer.laneReason ?? ""));
    all.push(lane);
  }
  all.push(list("Routes, in their order", answer.routes.map(each => {
    const item = document.createElement("li");
    item.append(state(each.takes === "yes" ? "UP" : each.takes === "no" ? "NO" : "IMPAIRED", each.takes), " ",
      text("b", "", each.route || "answered by the application"), " ", text("span", "cause",
        each.condition ? `needs ${each.condition}; the request has ${each.value ?? "nothing there"}` : ""));
    return item;
  })));
  if (answer.filters.length) {
    all.push(list("Filters", answer.filters.map(each => text("li", "cause", each))));
  }
  if (answer.sentAs) {
    all.push(text("p", "", "The member gets: " + answer.sentAs));
  }
  if (answer.pool) {
    all.push(list(`Pool ${answer.pool}: ${answer.picked}`, answer.members.map(each => {
      const item = document.createElement("li");
      item.append(state(each.eligible ? "UP" : "NO", each.eligible ? "eligible" : "not now"), " ",
        text("b", "", each.id), " ", text("span", "cause",
          [each.why, each.weight ? "weight " + each.weight : "", each.inFlight + " in flight"].filter(Boolean).join(" · ")));
      return item;
    })));
    all.push(list("Time-outs", answer.timeouts.map(each =>
      text("li", "cause", `${each.name}: ${each.value} · ${each.property} · ${each.place}`))));
  }
  return all;
}

function list(title, items) {
  const section = document.createElement("section");
  const ordered = document.createElement("ol");
  ordered.className = "explained";
  ordered.append(...items);
  section.append(text("h3", "", title), ordered);
  return section;
}

function text(name, style, content) {
  const element = document.createElement(name);
  element.className = style;
  element.textContent = content;
  return element;
}

function state(kind, word) {
  const element = text("span", "state", word);
  element.dataset.state = kind;
  return element;
}
