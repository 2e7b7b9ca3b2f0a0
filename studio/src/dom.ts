/** Elements, made in one line. */

type Child = Node | string | null | undefined;
type Properties = Record<string, unknown>;

/** Make an element: `h("button", { class: "quiet", onclick: f }, "Take")`. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value as EventListener);
    else if (name === "class") element.className = String(value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child): child is Node | string => child != null));
  return element;
}

/** A small picture; where there is none, its place stays empty. */
export function picture(address: string | null, side = 96): HTMLElement {
  const empty = () => h("span", { class: "picture", "aria-hidden": "true" });
  if (!address) return empty();
  const shown = h("img", { class: "picture", alt: "", loading: "lazy", decoding: "async", width: side, height: side });
  shown.addEventListener("error", () => shown.replaceWith(empty()));
  shown.src = address;
  return shown;
}

/** Make an SVG icon from the path of a 24×24 drawing. */
export function icon(path: string): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon");
  const drawn = document.createElementNS(space, "path");
  drawn.setAttribute("d", path);
  svg.append(drawn);
  return svg;
}

export const ICONS = {
  photo: "M4 5h16v14H4zM4 16l4.5-4.5 3.5 3.5 3-3 5 5M15.5 9.5h.01",
  camera: "M4 7h11v10H4zM15 11l5-3v8l-5-3",
  theme: "M12 4a8 8 0 1 0 0 16zM12 4v16M12 4a8 8 0 0 1 0 16",
  save: "M12 4v11m0 0l-4-4m4 4l4-4M5 20h14",
  warn: "M12 4l9 16H3zM12 10v4M12 17h.01",
  freeze: "M8 5v14M16 5v14",
  record: "M12 7a5 5 0 1 0 0 10a5 5 0 0 0 0-10",
  enlarge: "M14 4h6v6M20 4l-7 7M10 20H4v-6M4 20l7-7",
  browse: "M4 7h9M17 7h3M4 17h3M11 17h9M13 7a2 2 0 1 0 4 0a2 2 0 1 0-4 0M7 17a2 2 0 1 0 4 0a2 2 0 1 0-4 0",
  compare: "M5 4h6v16H5zM13 4h6v16h-6z",
  search: "M11 5a6 6 0 1 0 0 12a6 6 0 1 0 0-12M15.5 15.5L20 20",
  reset: "M5 5v5h5M5.5 10a7 7 0 1 1-1 5",
};
