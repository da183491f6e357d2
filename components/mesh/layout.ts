/**
 * Places the devices of a mesh: a line along one axis, a grid along two, a cube along three. Tensor ranks stand side
 * by side, data-parallel replicas below each other, and pipeline stages go back to the right, as in a drawn cube; there
 * everything keeps a place of its own, so that nothing hides anything. Pure.
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

/** Between neighbours along an axis. */
export interface MeshLink {
  axis: Axis;
  from: number;
  to: number;
}

export interface MeshMarks {
  devices: DeviceBox[];
  links: MeshLink[];
  /** Of each device. */
  boxWidthPx: number;
  boxHeightPx: number;
  widthPx: number;
  heightPx: number;
  /** The axes longer than 1, the fastest first. */
  axes: Axis[];
}

const MOST_BOX_PX = 104;
const LEAST_BOX_PX = 9;
/** Of the box: from one to the next in a row, from row to row, and up for each step back. */
const PITCH = 1.22;
const ROW_PITCH = 1.75;
const RISE = 0.42;
const MARGIN_PX = 14;

export function layoutMesh(mesh: MeshShape, { widthPx }: MeshFrame): MeshMarks {
  const axes = AXES.filter((axis) => mesh[axis] > 1);
  const across = acrossAxis(axes);
  const down = axes.find((axis) => axis !== across && axis !== "pp");
  const back = axes.length === 3 ? "pp" : axes.find((axis) => axis !== across && axis !== down);
  const size = (axis: Axis | undefined) => (axis ? mesh[axis] : 1);
  const columns = size(across) * size(back);
  const room = Math.max(0, widthPx - 2 * MARGIN_PX);
  const boxWidthPx = Math.max(LEAST_BOX_PX, Math.min(MOST_BOX_PX, room / (1 + (columns - 1) * PITCH)));
  const boxHeightPx = Math.max(LEAST_BOX_PX, Math.min(44, boxWidthPx * 0.6));
  const pitchPx = boxWidthPx * PITCH;
  const risePx = boxHeightPx * RISE * (size(back) - 1);
  const at = (coords: Coords, axis: Axis | undefined) => (axis ? coords[axis] : 0);
  const devices = range(meshSize(mesh)).map((rank): DeviceBox => {
    const coords = coordsOf(mesh, rank);
    const column = at(coords, across) * size(back) + at(coords, back);
    return {
      rank,
      coords,
      xPx: MARGIN_PX + column * pitchPx,
      yPx:
        MARGIN_PX +
        at(coords, down) * (boxHeightPx * ROW_PITCH + risePx) +
        risePx -
        at(coords, back) * boxHeightPx * RISE,
    };
  });
  return {
    devices,
    links: axes.flatMap((axis) =>
      groups(mesh, axis).flatMap((group) =>
        group.slice(1).map((to, i): MeshLink => ({ axis, from: group[i] as number, to })),
      ),
    ),
    boxWidthPx,
    boxHeightPx,
    widthPx: Math.max(widthPx, 2 * MARGIN_PX + (columns - 1) * pitchPx + boxWidthPx),
    heightPx: 2 * MARGIN_PX + (size(down) - 1) * (boxHeightPx * ROW_PITCH + risePx) + risePx + boxHeightPx,
    axes,
  };
}

/** A pipeline alone, or with one other axis, runs from left to right; else tensor ranks do. */
function acrossAxis(axes: readonly Axis[]): Axis | undefined {
  if (axes.length < 3 && axes.includes("pp")) return "pp";
  return axes[0];
}

/** Where a message is between two devices. */
export function between(a: DeviceBox, b: DeviceBox, share: number, { boxWidthPx, boxHeightPx }: MeshMarks) {
  return {
    xPx: a.xPx + (b.xPx - a.xPx) * share + boxWidthPx / 2,
    yPx: a.yPx + (b.yPx - a.yPx) * share + boxHeightPx / 2,
  };
}
