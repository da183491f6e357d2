/**
 * Turns parts of the page into a picture that needs no page: headline, drawings and legends under each other, words and
 * drawings where the page has put them, every style that CSS gave written into them.
 */

const SVG = "http://www.w3.org/2000/svg";

const WRITTEN = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linejoin",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "text-anchor",
  "dominant-baseline",
] as const;

/** Between two parts, and around all. */
const GAP_PX = 12;

/** In px of the picture: those of the page at the root's usual size of 16. */
interface Box {
  xPx: number;
  yPx: number;
  widthPx: number;
  heightPx: number;
}

/** @returns a whole SVG document with these parts of the page from top to bottom, on the page's own paper */
export function pictureOf(parts: readonly Element[]): string {
  const scale = 16 / (Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16);
  const marks: SVGElement[] = [];
  let topPx = GAP_PX;
  let widthPx = 0;
  for (const part of parts) {
    const { left, top, height } = part.getBoundingClientRect();
    const startPx = topPx;
    const place = (rect: DOMRect): Box => {
      // As wide as what is drawn: a part may have room beside it that nothing fills.
      widthPx = Math.max(widthPx, (rect.right - left) * scale);
      return {
        xPx: GAP_PX + (rect.left - left) * scale,
        yPx: startPx + (rect.top - top) * scale,
        widthPx: rect.width * scale,
        heightPx: rect.height * scale,
      };
    };
    marks.push(...marksOf(part, place, scale));
    topPx += height * scale + GAP_PX;
  }
  const size = { width: Math.ceil(widthPx + 2 * GAP_PX), height: Math.ceil(topPx) };
  const paper = getComputedStyle(document.documentElement).getPropertyValue("--paper").trim();
  const picture = element("svg", { viewBox: `0 0 ${size.width} ${size.height}`, ...size });
  picture.append(element("rect", { ...size, fill: paper }), ...marks);
  return new XMLSerializer().serializeToString(picture);
}

/** What is seen of an element and of all in it. */
function marksOf(node: Node, place: (rect: DOMRect) => Box, scale: number): SVGElement[] {
  if (node instanceof Text) return lines(node, place, scale);
  if (node instanceof SVGSVGElement) return [drawing(node, place(node.getBoundingClientRect()))];
  if (!(node instanceof HTMLElement) || node.classList.contains("visually-hidden")) return [];
  if (node instanceof HTMLSelectElement) {
    const chosen = text(node.selectedOptions[0]?.text ?? "", node, place(node.getBoundingClientRect()), scale);
    // The box has room for its arrow, too.
    chosen.removeAttribute("textLength");
    return [chosen];
  }
  const inside = [...node.childNodes].flatMap((child) => marksOf(child, place, scale));
  // Legends show plain colours in an `i`.
  return node.tagName === "I" ? [sample(node, place(node.getBoundingClientRect())), ...inside] : inside;
}

function sample(node: HTMLElement, { xPx, yPx, widthPx, heightPx }: Box): SVGElement {
  const fill = getComputedStyle(node).backgroundColor;
  return element("rect", { x: xPx, y: yPx, width: widthPx, height: heightPx, fill });
}

/** The lines into which the page has broken a text; it may break after a hyphen. */
function lines(node: Text, place: (rect: DOMRect) => Box, scale: number): SVGElement[] {
  const found: { words: string; box: Box }[] = [];
  const range = document.createRange();
  let end = 0;
  for (const { 0: word, index } of node.data.matchAll(/[^\s-]+-?|-/g)) {
    range.setStart(node, index);
    range.setEnd(node, index + word.length);
    const box = place(range.getBoundingClientRect());
    const last = found.at(-1);
    if (last && Math.abs(last.box.yPx - box.yPx) < 1) {
      last.words += node.data.slice(end, index) + word;
      last.box.widthPx = box.xPx + box.widthPx - last.box.xPx;
    } else found.push({ words: word, box });
    end = index + word.length;
  }
  const parent = node.parentElement as HTMLElement;
  return found.map(({ words, box }) => text(words, parent, box, scale));
}

/** As wide as on the page, whatever face it is read in. Letters stand a third of their size below the middle of a line. */
function text(words: string, styled: HTMLElement, { xPx, yPx, widthPx, heightPx }: Box, scale: number): SVGElement {
  const { color, fontFamily, fontSize, fontWeight } = getComputedStyle(styled);
  const sizePx = Number.parseFloat(fontSize) * scale;
  const mark = element("text", {
    x: xPx,
    y: yPx + heightPx / 2 + 0.35 * sizePx,
    textLength: widthPx,
    lengthAdjust: "spacingAndGlyphs",
    fill: color,
    "font-family": fontFamily,
    "font-size": `${sizePx}px`,
    "font-weight": fontWeight,
  });
  mark.textContent = words;
  return mark;
}

/** A drawing of the page, as large as it is there. */
function drawing(svg: SVGSVGElement, { xPx, yPx, widthPx, heightPx }: Box): SVGElement {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = [svg, ...svg.querySelectorAll<SVGElement>("*")];
  const copies = [copy, ...copy.querySelectorAll<SVGElement>("*")];
  originals.forEach((original, i) => {
    const style = getComputedStyle(original);
    const target = copies[i];
    target.removeAttribute("class");
    target.removeAttribute("style");
    if (original.closest("defs") && !/^(rect|circle|path|line)$/.test(original.tagName)) return;
    for (const name of WRITTEN) {
      const value = style.getPropertyValue(name);
      if (value) target.setAttribute(name, value);
    }
  });
  const { x, y, width, height } = svg.viewBox.baseVal;
  const group = element("g", {
    transform: `translate(${xPx} ${yPx}) scale(${widthPx / width} ${heightPx / height}) translate(${-x} ${-y})`,
  });
  for (const name of WRITTEN) group.setAttribute(name, copy.getAttribute(name) ?? "");
  group.append(...copy.childNodes);
  return group;
}

function element(name: string, attributes: Record<string, string | number>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

/** Twice as many px as the drawing has, for slides. */
const SCALE = 2;

/** @throws Error when the browser cannot draw the picture */
export async function pngOf(svg: string): Promise<Blob> {
  const image = new Image();
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth * SCALE;
    canvas.height = image.naturalHeight * SCALE;
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob(
        (blob) => (blob ? resolve(blob) : reject(new Error("the picture could not be drawn"))),
        "image/png",
      );
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}
