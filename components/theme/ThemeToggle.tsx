"use client";

/** One button that names the other theme. CSS shows the right name, so the static page is right before React is. */
import styles from "./ThemeToggle.module.css";
import { THEME_STORAGE_KEY } from "./themeScript";

function toggleTheme() {
  const root = document.documentElement;
  const current = root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  const next = current === "dark" ? "light" : "dark";
  root.dataset.theme = next;
  try {
    localStorage.setItem(THEME_STORAGE_KEY, next);
  } catch {
    // Storage may be forbidden, as in some iframes: the choice then lasts as long as the page.
  }
}

export function ThemeToggle() {
  return (
    <button type="button" className={styles.toggle} onClick={toggleTheme}>
      <span className={styles.toDark}>Dark</span>
      <span className={styles.toLight}>Light</span>
      <span className="visually-hidden"> theme</span>
    </button>
  );
}
