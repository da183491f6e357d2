/** Every page with a header and a footer. */
import type { ReactNode } from "react";
import { Shell } from "@/components/shell/Shell";

export default function SiteLayout({ children }: { children: ReactNode }) {
  return <Shell>{children}</Shell>;
}
