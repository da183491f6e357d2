/** A link in running text. Links within the site go through Next, which adds the base path. */
import type { Route } from "next";
import Link from "next/link";
import type { ComponentProps } from "react";

export function TextLink({ href = "", ...rest }: ComponentProps<"a">) {
  return href.startsWith("/") ? <Link prefetch={false} href={href as Route} {...rest} /> : <a href={href} {...rest} />;
}
