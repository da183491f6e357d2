/** The document of every page: faces, tokens and theme. The chrome is in (site), so that embeds have none. */
import "@fontsource-variable/source-serif-4/opsz.css";
import "@fontsource-variable/source-serif-4/opsz-italic.css";
import "@fontsource-variable/inter/opsz.css";
import "@/components/theme/tokens.css";
import "@/components/theme/base.css";
import type { Metadata } from "next";
import type { ReactNode } from "react";
import { themeScript } from "@/components/theme/themeScript";

export const metadata: Metadata = {
  title: { default: "Cluster in a Tab", template: "%s · Cluster in a Tab" },
  description: "A textbook on the parallelism of large-model training in which every figure is a real run.",
};

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    // The script may set data-theme before React looks.
    <html lang="en" suppressHydrationWarning>
      <head>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: our own constant, and it must run before paint */}
        <script dangerouslySetInnerHTML={{ __html: themeScript }} />
      </head>
      <body>{children}</body>
    </html>
  );
}
