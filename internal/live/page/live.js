"use strict";

// The page of a run. The server sends "run" once, then "update" messages that
// hold what has changed; this script keeps the cells (one plane at one
// wavelength) and draws those of the wavelength that is chosen.

const $ = id => document.getElementById(id);

let run = null;         // what the run is
let last = null;        // the latest update
let lastAt = 0;         // when it came, in milliseconds
let cells = new Map();  // "line/plane" → cell
let shown = -1;         // index of the wavelength that is shown
let drawing = false;    // a drawing is due at the next frame

const cellAt = (line, plane) => cells.get(line + "/" + plane);

// ---- texts

const minus = text => text.replace("-", "−");

function number(v) {
  if (v === 0) return "0";
  const [digits, exponent] = v.toExponential(3).split("e");
  const e = Number(exponent);
  if (e >= -3 && e < 5) return minus(String(Number(v.toPrecision(4))));
  return minus(String(Number(digits))) + "·10" + superscript(e);
}

const superscript = n => [...String(n)].map(c => c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c]).join("");

function duration(seconds) {
  if (seconds < 1e-3) return Math.round(seconds * 1e6) + " µs";
  if (seconds < 1) return (seconds * 1e3).toPrecision(3) + " ms";
  if (seconds < 60) return seconds.toFixed(2) + " s";
  return clock(seconds);
}

function clock(seconds) {
  const s = Math.floor(seconds), two = n => String(n).padStart(2, "0");
  const head = s < 3600 ? Math.floor(s / 60) : Math.floor(s / 3600) + ":" + two(Math.floor(s / 60) % 60);
  return head + ":" + two(s % 60);
}

const many = (n, word) => n + " " + word + (n === 1 ? "" : "s");

// ---- what the run is

function begin(message) {
  run = message;
  cells = new Map();
  shown = -1;
  $("lost").hidden = true;
  $("title").textContent = run.title || "Arago";
  $("facts").textContent = [run.mode, run.workers > 0 ? many(run.workers, "worker") : "", run.backend,
    many(run.wavelengths.length, "wavelength")].filter(Boolean).join(" · ");
  $("least").textContent = "10" + superscript(-run.decades);
  $("wavelengths").replaceChildren(...run.wavelengths.map((text, i) => {
    const label = document.createElement("label");
    const input = document.createElement("input");
    input.type = "radio";
    input.name = "wavelength";
    input.value = i;
    input.addEventListener("change", () => { $("follow").checked = false; choose(i); });
    const share = document.createElement("span");
    share.className = "share";
    label.append(input, text, share);
    return label;
  }));
  $("planes").replaceChildren(...run.planes.map((plane, i) => {
    const article = $("plane").content.cloneNode(true).firstElementChild;
    article.dataset.plane = i;
    article.querySelector(".number").textContent = (i + 1) + ".";
    article.querySelector(".label").textContent = plane.label;
    article.querySelector(".note").textContent = plane.note;
    article.querySelector(".note").hidden = !plane.note;
    for (const kind of ["intensity", "phase"]) {
      article.querySelector("." + kind).append($("plot").content.cloneNode(true));
    }
    return article;
  }));
  choose(0);
}

function choose(line) {
  if (line === shown) return;
  shown = line;
  const input = document.querySelector(`#wavelengths input[value="${line}"]`);
  if (input) {
    input.checked = true;
    const strip = $("wavelengths"), label = input.parentElement;
    const middle = label.offsetLeft - strip.offsetLeft - (strip.clientWidth - label.offsetWidth) / 2;
    strip.scrollTo({ left: middle });
  }
  drawSoon();
}

$("follow").addEventListener("change", () => follow());

function follow() {
  if ($("follow").checked && last && last.latest >= 0) choose(last.latest);
}

// ---- what is new

function learn(update) {
  last = update;
  lastAt = performance.now();
  for (const cell of update.cells) cells.set(cell.line + "/" + cell.plane, cell);
  const share = update.total > 0 ? update.done / update.total : 0;
  document.title = (update.state === "computing" ? Math.floor(100 * share) + " %" : update.state) + " · " + (run.title || "Arago");
  follow();
  drawSoon();
}

function drawSoon() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    if (run && last) draw();
  });
}

// ---- drawing

function draw() {
  document.body.dataset.state = last.state;
  document.body.dataset.line = shown;
  if ($("state").textContent !== last.state) $("state").textContent = last.state; // read aloud once
  $("count").textContent = `${last.done} of ${many(last.total, "plane")}`;
  $("progress").max = Math.max(1, last.total);
  $("progress").value = last.done;
  $("sentence").textContent = last.sentence;
  $("sentence").hidden = !last.sentence;
  $("dropped").textContent = `Pictures of ${many(last.dropped, "wavelength")} were dropped to bound the memory of the run.`;
  $("dropped").hidden = last.dropped === 0;
  drawElapsed();

  document.querySelectorAll("#wavelengths .share").forEach((share, line) => {
    let done = 0;
    for (let plane = 0; plane < run.planes.length; plane++) if (cellAt(line, plane)) done++;
    share.style.width = 100 * done / run.planes.length + "%";
  });
  document.querySelectorAll("#planes article").forEach((article, i) => drawPlane(article, run.planes[i], i));
}

function drawElapsed() {
  if (!last) return;
  const running = last.state === "computing" && $("lost").hidden ? (performance.now() - lastAt) / 1000 : 0;
  const seconds = last.elapsed + running;
  $("elapsed").textContent = last.state === "computing" ? clock(seconds) : duration(seconds);
}
setInterval(drawElapsed, 250);

function drawPlane(article, plane, i) {
  const cell = cellAt(shown, i);
  const rows = cell ? cell.view.rows : plane.rows, cols = cell ? cell.view.cols : plane.cols;
  const step = [`${cols} × ${rows} samples`];
  if (plane.recipe) step.push("by " + plane.recipe);
  if (cell && cell.seconds !== null) step.push(duration(cell.seconds));
  article.querySelector(".step").textContent = step.join(" · ");

  const light = article.querySelector(".light");
  light.textContent = cell ? `sum of the intensity ${number(cell.view.sum)} · brightest sample ${number(cell.view.peak)}` : "";
  if (cell && cell.view.bad > 0) {
    const bad = document.createElement("span");
    bad.className = "bad";
    bad.textContent = ` · ${many(cell.view.bad, "sample")} not finite`;
    light.append(bad);
  }

  article.dataset.cell = !cell ? "waiting" : cell.kept ? "shown" : "dropped";
  for (const kind of ["intensity", "phase"]) drawPlot(article.querySelector("." + kind), kind, plane, cell, i);
}

function drawPlot(figure, kind, plane, cell, i) {
  const img = figure.querySelector("img"), missing = figure.querySelector(".missing");
  const kept = Boolean(cell && cell.kept);
  missing.hidden = kept;
  missing.textContent = !cell ? "not computed yet" : "dropped to bound the memory";
  img.hidden = !kept;
  if (kept) {
    const address = `picture/${cell.line}/${cell.plane}/${kind}.png?v=${cell.version}`;
    if (img.getAttribute("src") !== address) img.setAttribute("src", address);
    const what = kind === "intensity" ? `Intensity, logarithmic over ${run.decades} decades,` : "Phase";
    img.alt = `${what} behind plane ${i + 1}, ${plane.label}, at ${run.wavelengths[cell.line]}`;
  } else {
    img.removeAttribute("src"); // one that came later would be of another wavelength
  }
  figure.querySelector(".field").style.aspectRatio = cell ? cell.view.aspect : plane.cols / plane.rows;
  figure.querySelector(".unit").textContent = cell ? cell.view.unit : "";
  ticks(figure.querySelector(".x"), cell ? cell.view.x : [], "left");
  ticks(figure.querySelector(".y"), cell ? cell.view.y : [], "bottom");
}

function ticks(axis, list, edge) {
  const key = JSON.stringify(list);
  if (axis.dataset.ticks === key) return;
  axis.dataset.ticks = key;
  axis.replaceChildren(...list.map(tick => {
    const span = document.createElement("span");
    span.textContent = tick.label;
    span.style[edge] = 100 * tick.at + "%";
    return span;
  }));
}

// ---- the connection

const events = new EventSource("events");
events.addEventListener("run", e => begin(JSON.parse(e.data)));
events.addEventListener("update", e => learn(JSON.parse(e.data)));
events.onerror = () => {
  const over = last && last.state !== "computing";
  if (over) events.close();
  $("lost").textContent = over
    ? "The program has ended. Pictures that were not opened before cannot be loaded any more."
    : "The connection to the program is lost; trying again.";
  $("lost").hidden = false;
};
