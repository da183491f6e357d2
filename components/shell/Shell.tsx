/** The chrome of a page: a way past the header, the header, the page, the footer. */
import type { ReactNode } from "react";
import { Header } from "./Header";
import styles from "./Shell.module.css";

export function Shell({ children }: { children: ReactNode }) {
  return (
    <>
      <a href="#content" className={styles.skip}>
        Skip to the text
      </a>
      <Header />
      <div id="content" tabIndex={-1} className={styles.content}>
        {children}
      </div>
      <footer className={styles.footer}>
        Everything here runs in this tab, and nothing leaves it. Free to use and to change, under the MIT licence.
      </footer>
    </>
  );
}
