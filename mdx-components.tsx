/** What Markdown and the lesson tags turn into. Next's MDX finds this file by its name and place. */
import type { MDXComponents } from "mdx/types";
import { TextLink } from "@/components/shell/TextLink";

const components: MDXComponents = { a: TextLink };

export function useMDXComponents(): MDXComponents {
  return components;
}
