// The page's only script: it takes the one-time code out of the address, chooses the shell's language, and starts the
// application. The release build replaces the two names below by hashed ones (cargo xtask spa); keep them literal.

// First of all, before anything can fail: the code must not stay in the address or the history.
const code = new URLSearchParams(location.search).get("certificate_result");
if (code !== null) {
  history.replaceState(null, "", location.pathname);
  // The application reads it once and deletes it.
  Object.defineProperty(globalThis, "renkeiCertificateResult", { value: code, configurable: true });
}

// The back-forward cache would show a page of a session that is over.
addEventListener("pagehide", () => document.getElementById("app")?.replaceChildren());
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

const root = document.documentElement;
root.lang = language();
root.dataset.page = /^\/linkages\/./.test(location.pathname) ? "linkage" : "linkages";

function language() {
  let chosen = null;
  try {
    chosen = localStorage.getItem("renkei-language");
  } catch {
    // Storage is switched off: the browser's languages decide.
  }
  const wanted = [chosen, ...navigator.languages].map((tag) => tag?.slice(0, 2).toLowerCase());
  return wanted.find((tag) => tag === "ja" || tag === "en") ?? "ja";
}

function fail(id) {
  document.querySelector(".shell-loading")?.remove();
  const notice = document.getElementById(id);
  if (notice) notice.hidden = false;
}

if (typeof WebAssembly === "object" && typeof WebAssembly.instantiate === "function") {
  try {
    const { default: start } = await import("/renkei-frontend.js");
    await start({ module_or_path: "/renkei-frontend_bg.wasm" });
  } catch (error) {
    fail(error instanceof WebAssembly.CompileError ? "boot-unsupported" : "boot-failed");
    throw error;
  }
} else {
  fail("boot-unsupported");
}
