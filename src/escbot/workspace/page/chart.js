// data_visualization blocks: pie, bar, line and area charts, drawn as SVG.
import { h, svg } from "./dom.js";

const WIDEST = 480;
const NARROWEST = 240;
const BESIDE = 110; // what stands beside a chart on a phone
const H = 220;
let W = WIDEST;
let AREA = area();

// A picture that is made smaller has letters that nobody can read: on a phone it is drawn narrower.
function area() {
  W = Math.max(Math.min(WIDEST, window.innerWidth - BESIDE), NARROWEST);
  return { left: 46, right: W - 10, top: 10, bottom: H - 34 };
}

const hue = (place) => `series series-${place % 12}`;
const number = (value) => new Intl.NumberFormat([], { notation: Math.abs(value) >= 100000 ? "compact" : "standard", maximumFractionDigits: 2 }).format(value);

export function chart(block) {
  const data = block.chart ?? {};
  const draw = { pie, bar, line: lines, area: lines }[data.type];
  if (!draw) return h("div", { class: "block small" }, block.title ?? "");
  AREA = area();
  const names = data.type === "pie" ? (data.segments ?? []).map((one) => `${one.label} ${number(one.value)}`) : (data.series ?? []).map((one) => one.name);
  const listed = data.type === "pie" || names.length > 1;
  return h("figure", { class: "block chart" },
    h("figcaption", {}, block.title ?? ""),
    svg("svg", { viewBox: `0 0 ${data.type === "pie" ? H : W} ${H}`, role: "img", class: data.type, "aria-label": `${block.title ?? "Chart"}: ${spoken(data)}` }, draw(data)),
    listed ? h("ul", { class: "legend" }, names.map((name, place) => h("li", {}, h("span", { class: `swatch ${hue(place)}` }), name))) : null);
}

function spoken(data) {
  const points = (list) => (list ?? []).map((one) => `${one.label} ${number(one.value)}`).join(", ");
  return data.type === "pie" ? points(data.segments) : (data.series ?? []).map((one) => `${one.name}: ${points(one.data)}`).join("; ");
}

function pie(data) {
  const parts = (data.segments ?? []).filter((one) => one.value > 0);
  const total = parts.reduce((sum, one) => sum + one.value, 0);
  const [middle, radius] = [H / 2, H / 2 - 8];
  if (parts.length === 1) return svg("circle", { cx: middle, cy: middle, r: radius, class: hue((data.segments ?? []).indexOf(parts[0])) });
  let at = -Math.PI / 2;
  const point = (angle) => `${(middle + radius * Math.cos(angle)).toFixed(2)} ${(middle + radius * Math.sin(angle)).toFixed(2)}`;
  return parts.map((one) => {
    const end = at + (one.value / total) * 2 * Math.PI;
    const d = `M${middle} ${middle}L${point(at)}A${radius} ${radius} 0 ${end - at > Math.PI ? 1 : 0} 1 ${point(end)}Z`;
    at = end;
    return svg("path", { d, class: hue(data.segments.indexOf(one)) }, svg("title", {}, `${one.label}: ${number(one.value)} (${Math.round((one.value / total) * 100)} %)`));
  });
}

// A scale whose steps are 1, 2 or 5 times a power of ten and that holds zero.
function scale(values) {
  const top = Math.max(...values, 0);
  const low = Math.min(...values, 0);
  const raw = (top - low || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= raw);
  const first = Math.floor(low / step) * step;
  const last = Math.ceil((top || step) / step) * step;
  const marks = [];
  for (let at = first; at <= last + step / 2; at += step) marks.push(Number(at.toPrecision(12)));
  const y = (value) => AREA.bottom - ((value - first) / (last - first)) * (AREA.bottom - AREA.top);
  return { marks, y };
}

function frame(data) {
  const series = data.series ?? [];
  const categories = data.axis_config?.categories ?? (series[0]?.data ?? []).map((one) => one.label);
  const value = (one, label) => one.data?.find((point) => point.label === label)?.value ?? 0;
  const { marks, y } = scale(series.flatMap((one) => categories.map((label) => value(one, label))));
  const width = (AREA.right - AREA.left) / Math.max(categories.length, 1);
  const each = Math.ceil((categories.length * 46) / (AREA.right - AREA.left)) || 1;
  const x = (place) => AREA.left + width * (place + 0.5);
  const axes = [
    marks.map((mark) => [svg("line", { x1: AREA.left, x2: AREA.right, y1: y(mark), y2: y(mark), class: mark === 0 ? "axis" : "grid" }),
      svg("text", { x: AREA.left - 6, y: y(mark) + 3.5, class: "tick end" }, number(mark))]),
    categories.map((label, place) => (place % each ? null : svg("text", { x: x(place), y: AREA.bottom + 15, class: "tick middle" }, label.length > 12 && categories.length > 3 ? `${label.slice(0, 11)}…` : label))),
    data.axis_config?.x_label ? svg("text", { x: (AREA.left + AREA.right) / 2, y: H - 4, class: "tick middle strong" }, data.axis_config.x_label) : null,
    data.axis_config?.y_label ? svg("text", { x: 10, y: (AREA.top + AREA.bottom) / 2, class: "tick middle strong", transform: `rotate(-90 10 ${(AREA.top + AREA.bottom) / 2})` }, data.axis_config.y_label) : null,
  ];
  return { series, categories, value, y, x, width, axes };
}

function bar(data) {
  const { series, categories, value, y, x, width, axes } = frame(data);
  const thick = Math.min((width * 0.72) / Math.max(series.length, 1), 48);
  return [axes, series.map((one, row) => categories.map((label, place) => {
    const height = y(0) - y(value(one, label));
    return svg("rect", { x: x(place) - (thick * series.length) / 2 + row * thick + 0.5, y: Math.min(y(0), y(value(one, label))), width: Math.max(thick - 1, 1), height: Math.abs(height), rx: Math.min(2, Math.abs(height) / 2), class: hue(row) },
      svg("title", {}, `${one.name}, ${label}: ${number(value(one, label))}`));
  }))];
}

function lines(data) {
  const { series, categories, value, y, x, axes } = frame(data);
  return [axes, series.map((one, row) => {
    const points = categories.map((label, place) => `${x(place).toFixed(1)} ${y(value(one, label)).toFixed(1)}`);
    if (!points.length) return null;
    const path = `M${points.join("L")}`;
    return [data.type === "area" ? svg("path", { d: `${path}L${x(categories.length - 1)} ${y(0)}L${x(0)} ${y(0)}Z`, class: `${hue(row)} soft` }) : null,
      svg("path", { d: path, class: `${hue(row)} stroke` }),
      categories.map((label, place) => svg("circle", { cx: x(place), cy: y(value(one, label)), r: 3, class: hue(row) }, svg("title", {}, `${one.name}, ${label}: ${number(value(one, label))}`)))];
  })];
}
