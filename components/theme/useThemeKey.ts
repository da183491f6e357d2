"use client";
/** Names the colours in force: another name after the theme has changed, for drawings that cannot use CSS. */
import { useSyncExternalStore } from "react";

export function useThemeKey(): string {
  return useSyncExternalStore(subscribe, read, () => "");
}

const DARK = "(prefers-color-scheme: dark)";

function read(): string {
  return document.documentElement.dataset.theme ?? (matchMedia(DARK).matches ? "dark" : "light");
}

function subscribe(onChange: () => void): () => void {
  const observer = new MutationObserver(onChange);
  observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  const media = matchMedia(DARK);
  media.addEventListener("change", onChange);
  return () => {
    observer.disconnect();
    media.removeEventListener("change", onChange);
  };
}
