"use client";

/** The header: the name, the lesson one is in, the course, the lab, and the theme. */
import Link from "next/link";
import { usePathname } from "next/navigation";
import { ThemeToggle } from "@/components/theme/ThemeToggle";
import { outline } from "@/content/outline";
import styles from "./Header.module.css";

export function Header() {
  const pathname = usePathname() ?? "/";
  const lesson = outline.find(({ slug }) => pathname.startsWith(`/learn/${slug}`));
  const inCourse = pathname === "/" || pathname.startsWith("/learn/");
  return (
    <header className={styles.header}>
      <Link prefetch={false} href="/" className={styles.name}>
        Cluster in a Tab
      </Link>
      {lesson && (
        <span className={styles.place}>
          {lesson.number} · {lesson.title}
        </span>
      )}
      <nav className={styles.nav} aria-label="Site">
        <Link prefetch={false} href="/" aria-current={inCourse ? "true" : undefined}>
          Course
        </Link>
        <Link prefetch={false} href="/lab" aria-current={pathname.startsWith("/lab") ? "page" : undefined}>
          Lab
        </Link>
        <ThemeToggle />
      </nav>
    </header>
  );
}
