/**
 * Places the devices of a mesh: a line along one axis, a grid along two, a cube along three. Tensor ranks stand side
 * by side, data-parallel replicas below each other, and pipeline stages as planes that step back to the right, as in a
 * drawn cube that was pulled apart: nothing hides anything. Pure.
 */
import { range } from "@/engine/base/range";
import { AXES, type Axis, type Coords, coordsOf, groups, type MeshShape, meshSize } from "@/engine/mesh/mesh";

export interface MeshFrame {
  widthPx: number;
}

export interface DeviceBox {
  rank: number;
  coords: Coords;
  xPx: number;
  yPx: number;
}

/** Between neighbours along an axis, and from the last to the first of a group whose ring closes. */
export interface MeshLink {
  axis: Axis;
  from: number;
  to: number;
  /** Others stand between the two, so it goes over them. */
  isFar: boolean;
}

export interface MeshMarks {
  devices: DeviceBox[];
  links: MeshLink[];
  /** Of each device. */
  boxWidthPx: number;
  boxHeightPx: number;
  /** The side of a message's mark: it fits between two devices. */
  parcelPx: number;
  widthPx: number;
  heightPx: number;
  /** The axes longer than 1, the fastest first. */
  axes: Axis[];
}

const MOST_BOX_PX = 120;
const LEAST_BOX_PX = 9;
/** In widths of a box: from one to the next in a row, and the room between two planes. */
const PITCH = 1.4;
const PLANE_GAP = 0.5;
/** In heights: from row to row, and up for each plane further back. */
const ROW_PITCH = 1.9;
const RISE = 0.45;
const MARGIN_PX = 22;

export function layoutMesh(mesh: MeshShape, { widthPx }: MeshFrame): MeshMarks {
  const axes = AXES.filter((axis) => mesh[axis] > 1);
  const across = acrossAxis(axes);
  const down = axes.find((axis) => axis !== across && axis !== SLOWEST);
  const back = axes.length === 3 ? SLOWEST : undefined;
  const size = (axis: Axis | undefined) => (axis ? mesh[axis] : 1);
  const planeWidths = (size(across) - 1) * PITCH + 1;
  const planePitch = planeWidths + PITCH - 1 + PLANE_GAP;
  const widths = (size(back) - 1) * planePitch + planeWidths;
  const boxWidthPx = Math.max(LEAST_BOX_PX, Math.min(MOST_BOX_PX, Math.max(0, widthPx - 2 * MARGIN_PX) / widths));
  const boxHeightPx = Math.max(LEAST_BOX_PX, Math.min(48, boxWidthPx * 0.6));
  const risePx = boxHeightPx * RISE;
  const closes = (axis: Axis | undefined) => axis !== undefined && axis !== SLOWEST && mesh[axis] > 2;
  const isFar = (axis: Axis) => axis === back && size(across) > 1;
  // Room for the ring that closes over the first row, and for the arcs from plane to plane, with what is written on them.
  const topPx = MARGIN_PX + (closes(across) || (back && isFar(back)) ? boxHeightPx * OVER : 0);
  const at = (coords: Coords, axis: Axis | undefined) => (axis ? coords[axis] : 0);
  const devices = range(meshSize(mesh)).map((rank): DeviceBox => {
    const coords = coordsOf(mesh, rank);
    const plane = at(coords, back);
    return {
      rank,
      coords,
      xPx: MARGIN_PX + (at(coords, across) * PITCH + plane * planePitch) * boxWidthPx,
      yPx: topPx + at(coords, down) * boxHeightPx * ROW_PITCH + (size(back) - 1 - plane) * risePx,
    };
  });
  return {
    devices,
    links: axes.flatMap((axis) =>
      groups(mesh, axis).flatMap((group) =>
        [...group.keys()].flatMap((i): MeshLink[] => {
          const [from, to] = [group[i] as number, group[(i + 1) % group.length] as number];
          if (i + 1 < group.length) return [{ axis, from, to, isFar: isFar(axis) }];
          return closes(axis) ? [{ axis, from, to, isFar: true }] : [];
        }),
      ),
    ),
    boxWidthPx,
    boxHeightPx,
    parcelPx: Math.min(9, boxWidthPx * (PITCH - 1) * 0.62),
    widthPx: Math.max(widthPx, 2 * MARGIN_PX + widths * boxWidthPx),
    heightPx: topPx + MARGIN_PX + (size(down) - 1) * boxHeightPx * ROW_PITCH + (size(back) - 1) * risePx + boxHeightPx,
    axes,
  };
}

/** The slowest axis alone, or with one other, runs from left to right; else the fastest does. */
function acrossAxis(axes: readonly Axis[]): Axis | undefined {
  if (axes.length < 3 && axes.includes(SLOWEST)) return SLOWEST;
  return axes[0];
}

/** Its ranks are furthest apart. */
const SLOWEST = AXES[AXES.length - 1] as Axis;

/** How high a far link goes over what is between its ends, in heights of a box; beside a column, in widths. */
const ARC = 1.15;
const BESIDE = 0.7;
/** So much of that is above a box. */
const OVER = ARC - 0.5;

/** A point on the way between two devices, of some share of the way: straight, or in an arc over the others, or beside them. */
export function onTheWay(from: number, to: number, isFar: boolean, share: number, marks: MeshMarks) {
  const [a, b] = [marks.devices[from] as DeviceBox, marks.devices[to] as DeviceBox];
  const bend = isFar ? 4 * share * (1 - share) : 0;
  const isColumn = a.xPx === b.xPx;
  const asidePx = isColumn ? bend * BESIDE * marks.boxWidthPx : 0;
  const liftPx = isColumn ? 0 : bend * ARC * marks.boxHeightPx;
  return {
    xPx: a.xPx + (b.xPx - a.xPx) * share + marks.boxWidthPx / 2 + asidePx,
    yPx: a.yPx + (b.yPx - a.yPx) * share + marks.boxHeightPx / 2 - liftPx,
  };
}

/** The same way as SVG path data. The middle of a parabola is half as far off as the point that pulls it. */
export function linkPath({ from, to, isFar }: MeshLink, marks: MeshMarks): string {
  const [start, middle, end] = [0, 0.5, 1].map((share) => onTheWay(from, to, isFar, share, marks)) as [
    Point,
    Point,
    Point,
  ];
  const pull = {
    xPx: 2 * middle.xPx - (start.xPx + end.xPx) / 2,
    yPx: 2 * middle.yPx - (start.yPx + end.yPx) / 2,
  };
  return `M${start.xPx},${start.yPx}Q${pull.xPx},${pull.yPx} ${end.xPx},${end.yPx}`;
}

/** Where a message is, from the edge of one device to the edge of the other, and the middle of its way. */
export function parcelAt(from: number, to: number, progress: number, marks: MeshMarks) {
  const isFar = isFarApart(from, to, marks);
  const middle = onTheWay(from, to, isFar, 0.5, marks);
  if (isFar) return { ...onTheWay(from, to, true, 0.3 + 0.4 * progress, marks), middle };
  const [a, b] = [marks.devices[from] as DeviceBox, marks.devices[to] as DeviceBox];
  const { boxWidthPx, boxHeightPx, parcelPx } = marks;
  const [acrossPx, downPx] = [Math.abs(b.xPx - a.xPx), Math.abs(b.yPx - a.yPx)];
  // Of the way, so much lies within a device and half a mark.
  const hidden = Math.min(
    acrossPx > 0 ? (boxWidthPx + parcelPx) / 2 / acrossPx : 0.5,
    downPx > 0 ? (boxHeightPx + parcelPx) / 2 / downPx : 0.5,
    0.5,
  );
  return { ...onTheWay(from, to, false, hidden + (1 - 2 * hidden) * progress, marks), middle };
}

interface Point {
  xPx: number;
  yPx: number;
}

/** Whether others stand between two devices: along a row or column, unless they are next to each other. */
export function isFarApart(from: number, to: number, { links }: MeshMarks): boolean {
  const link = links.find((one) => (one.from === from && one.to === to) || (one.from === to && one.to === from));
  return link ? link.isFar : true;
}
