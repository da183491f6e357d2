/** The four backends of a browser. Each is fetched only when it is tried. */
import type { BackendName } from "./backend";
import type { BackendModule } from "./backendChoice";

/** @param wasmFolderUrl the absolute URL, with a slash at its end, of the folder that serves the WASM files */
export function browserBackends(wasmFolderUrl: string): Record<BackendName, BackendModule> {
  return {
    webgpu: {
      load: async () => {
        if (!navigator.gpu) throw new Error("this browser has no WebGPU");
        if (!(await navigator.gpu.requestAdapter())) throw new Error("this browser has no WebGPU adapter");
        await import("@tensorflow/tfjs-backend-webgpu");
      },
      isSoftware: async () => {
        const adapter = await navigator.gpu?.requestAdapter();
        return adapter
          ? isSoftwareName(`${adapter.info.vendor} ${adapter.info.architecture}`) || isFallback(adapter)
          : false;
      },
    },
    webgl: {
      load: async () => {
        if (!webglContext()) throw new Error("this browser has no WebGL 2");
        await import("@tensorflow/tfjs-backend-webgl");
      },
      isSoftware: async () => isSoftwareName(webglRenderer()),
    },
    wasm: {
      load: async () => {
        const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
        setWasmPaths(wasmFolderUrl);
      },
      isSoftware: async () => false,
    },
    cpu: {
      load: async () => {
        await import("@tensorflow/tfjs-backend-cpu");
      },
      isSoftware: async () => false,
    },
  };
}

/** Software rasterizers by the names that browsers give them. */
function isSoftwareName(name: string): boolean {
  return /swiftshader|llvmpipe|softpipe|basic render|software/i.test(name);
}

function isFallback(adapter: GPUAdapter): boolean {
  return "isFallbackAdapter" in adapter.info && Boolean(adapter.info.isFallbackAdapter);
}

function webglContext(): WebGL2RenderingContext | null {
  return typeof OffscreenCanvas === "undefined" ? null : new OffscreenCanvas(1, 1).getContext("webgl2");
}

function webglRenderer(): string {
  const context = webglContext();
  if (!context) return "";
  const info = context.getExtension("WEBGL_debug_renderer_info");
  const name = info ? String(context.getParameter(info.UNMASKED_RENDERER_WEBGL)) : "";
  context.getExtension("WEBGL_lose_context")?.loseContext();
  return name;
}
