import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

/** `vite build dashboard` makes dist/dashboard, which the control plane serves. */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [favicons(), strictStyles()],
  server: { proxy: { "/api": "http://127.0.0.1:8080" } },
  build: {
    outDir: fileURLToPath(new URL("../dist/dashboard", import.meta.url)),
    emptyOutDir: true,
    target: "es2022",
    // The page's policy allows no inline script and no data: address.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
});

/** favicon-0.svg … favicon-9.svg and favicon-many.svg: with the number of tasks that need somebody. */
function favicons(): Plugin {
  const counts = [...Array.from({ length: 10 }, (_, count) => String(count)), "many"];
  return {
    name: "favicons",
    generateBundle() {
      for (const count of counts)
        this.emitFile({ type: "asset", fileName: `favicon-${count}.svg`, source: faviconOf(count) });
    },
  };
}

/**
 * xterm.js styles what it draws by `<style>` elements and `style` attributes, which the page's policy does not allow. The
 * same said by adopted style sheets and through CSSOM is allowed. (Its option `documentOverride` does not reach all.)
 */
function strictStyles(): Plugin {
  const standIn = fileURLToPath(new URL("./parts/strict-style.ts", import.meta.url));
  const element = /[\w.]+\.createElement\("style"\)/g;
  const attribute = /(\w+)\.setAttribute\("style",`\$\{\1\.getAttribute\("style"\)\|\|""\}\$\{(\w+)\};`\)/g;
  return {
    name: "strict-styles",
    transform(code, id) {
      if (!id.includes("/@xterm/xterm/lib/")) return null;
      const isKnown = code.match(element)?.length === 3 && code.match(attribute)?.length === 1;
      const strict = code.replace(element, "strictStyle()").replace(attribute, "$1.style.cssText+=$2");
      if (!isKnown || /(createElement|setAttribute)\(["'`]style/.test(strict))
        throw new Error("xterm.js styles what it draws in another way now: see that it keeps to the page's policy.");
      return { code: `import { strictStyle } from ${JSON.stringify(standIn)};\n${strict}`, map: null };
    },
  };
}

function faviconOf(count: string): string {
  const badge =
    count === "0"
      ? ""
      : `<circle cx="22" cy="10" r="10" fill="#d1242f"/><text x="22" y="15" font-family="system-ui,sans-serif" font-size="14" font-weight="700" text-anchor="middle" fill="#fff">${count === "many" ? "+" : count}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect y="2" width="30" height="30" rx="8" fill="#c2613f"/><path d="M10 13v10M10 21c0-5 10-2.5 10-7.5" fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round"/><g fill="#fff"><circle cx="10" cy="11" r="3"/><circle cx="10" cy="25" r="3"/><circle cx="20" cy="12.5" r="3"/></g>${badge}</svg>\n`;
}
