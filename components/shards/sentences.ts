/** Who holds what of a parameter, in words. */
import { listed } from "@/components/marks/format";
import { kindName, readableName } from "@/components/marks/names";
import type { OwnedParameter } from "./ownership";

/** Devices count from 1 for readers. */
export function devicesOf(ranks: readonly number[]): string {
  return ranks.map((rank) => rank + 1).join(" ");
}

/** The same, for little room: `1 to 8` instead of all eight. */
export function deviceRange(ranks: readonly number[]): string {
  const isRun = ranks.length > 2 && ranks.every((rank, i) => rank === ranks[0] + i);
  return isRun ? `${ranks[0] + 1} to ${ranks[ranks.length - 1] + 1}` : devicesOf(ranks).replaceAll(" ", ", ");
}

/** How to read the drawing of all parameters. */
export function keySentence(owned: readonly OwnedParameter[]): string {
  const isCut = owned.some(({ pieces }) => pieces.length > 1);
  const isCopied = owned.some((one) => !isSharedOut(one) && one.pieces[0].ranks.length > 1);
  const hold = owned.some(isSharedOut) ? "share it out between them" : "hold it";
  return [
    `A box is a parameter, to one scale; its numbers are the devices that ${hold}.`,
    isCut ? "From strong to pale: the parts into which it is cut." : "",
    isCopied ? "Outlines behind it: copies." : "",
    owned.some(({ partialGradient }) => partialGradient) ? "Dots: each device finds only a part of its gradient." : "",
  ]
    .filter(Boolean)
    .join(" ");
}

/** The dimension that is cut, in a word. */
export function cutName({ shard, fullShape }: OwnedParameter["parameter"]): string {
  if (!shard) return "whole";
  if (fullShape.length < 2) return "length";
  return shard.dim === 0 ? "rows" : "columns";
}

/** Whether the devices that would hold copies keep a part of it each instead. */
export function isSharedOut({ flat }: OwnedParameter): boolean {
  return flat?.kinds.includes("parameters") ?? false;
}

/** All cuts through a parameter: the tensor's own, and then that of the flat tensor which it lies in. */
export function cutsName(owned: OwnedParameter): string {
  const own = cutName(owned.parameter);
  if (!isSharedOut(owned)) return own;
  const flat = `flat, in ${owned.flat?.parts.length}`;
  return owned.parameter.shard ? `${own}; ${flat}` : flat;
}

/** What one device keeps. */
export function pieceName(owned: OwnedParameter): string {
  const shape = owned.parameter.shape.join(" × ");
  return isSharedOut(owned) ? `a part of ${shape}` : shape;
}

export function ownersSentence(owned: OwnedParameter): string {
  const { parameter, pieces, flat, partialGradient } = owned;
  const shape = `[${parameter.fullShape.join(", ")}]`;
  const { shard } = parameter;
  const piece = `[${parameter.shape.join(", ")}]`;
  const isShared = isSharedOut(owned);
  const whole = isShared
    ? `${shape} is shared out between ${deviceList(pieces[0].ranks)}, and whole on them only while a layer uses it`
    : `${shape} is whole on ${deviceList(pieces[0].ranks)}`;
  const blocks = shard && shard.blocks > 1 ? `, each from ${shard.blocks} blocks` : "";
  const cut = `${shape} is cut along its ${cutName(parameter)} into ${pieces.length} of ${piece}${blocks}: ${pieces
    .map(({ ranks }) => `one ${isShared ? "shared out between" : "on"} ${deviceList(ranks)}`)
    .join(", ")}${isShared ? ", and gathered only while a layer uses it" : ""}`;
  const padded = shard && parameter.shape[shard.dim] * pieces.length > parameter.fullShape[shard.dim];
  return [
    `${pieces.length > 1 ? cut : whole}.`,
    padded ? "The last piece is padded; padding changes no result." : "",
    partialGradient ? "Each device finds only a part of its gradient: the parts are summed over tp." : "",
    flat
      ? `Of its ${listed(flat.kinds.map(kindName))}, each of them keeps only its part of the flat tensor ${readableName(flat.group)}.`
      : "",
  ]
    .filter(Boolean)
    .join(" ");
}

function deviceList(ranks: readonly number[]): string {
  const names = ranks.map((rank) => rank + 1);
  return `device${names.length > 1 ? "s" : ""} ${listed(names)}`;
}
