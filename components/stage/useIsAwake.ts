"use client";
/** False while the page is built and until its scripts run. */
import { useSyncExternalStore } from "react";

export function useIsAwake(): boolean {
  return useSyncExternalStore(
    () => () => {},
    () => true,
    () => false,
  );
}
