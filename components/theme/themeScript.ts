/** Where a visitor's choice of theme is kept. Named in full: other pages may share the origin. */
export const THEME_STORAGE_KEY = "cluster-in-a-tab:theme";

/** Runs in <head>, before anything is painted, so that a chosen theme never flashes the other one. */
export const themeScript = `try {
  const theme = localStorage.getItem(${JSON.stringify(THEME_STORAGE_KEY)});
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {}`;
