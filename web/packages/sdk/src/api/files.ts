import type { Http, RequestOptions } from "./http.ts";
import { listOf } from "./pages.ts";
import { NetworkError, problemOf } from "./problem.ts";

export interface StoredFile {
  readonly id: string;
  readonly name: string;
  /** By its content, whatever its sender called it. */
  readonly media_type: string;
  readonly bytes: number;
  /** Identity of whoever brought it. */
  readonly uploader: string;
  readonly created_at: string;
}

export interface UploadOptions extends RequestOptions {
  /** From 0 to 1. Only in a browser. */
  readonly onProgress?: (part: number) => void;
}

const fileAt = (id: string) => `/v1/files/${encodeURIComponent(id)}`;

export const files = (http: Http) => ({
  list: (room: string) => listOf<StoredFile>(http, `/v1/rooms/${encodeURIComponent(room)}/files`),
  upload: (room: string, file: Blob, name: string, options?: UploadOptions) =>
    upload(http, `/v1/rooms/${encodeURIComponent(room)}/files`, file, name, options),
  url: (id: string) => http.url(fileAt(id)),
  delete: (id: string, options?: RequestOptions) => http.delete(fileAt(id), options),
});

/** What a room token opens. */
export const roomFiles = (http: Http) => ({
  upload: (file: Blob, name: string, options?: UploadOptions) => upload(http, "/room/files", file, name, options),
  /** The bytes; an address alone would not carry the token. */
  read: async (id: string, options?: RequestOptions): Promise<Blob> =>
    (await http.fetch("GET", `/room/files/${encodeURIComponent(id)}`, options)).blob(),
});

async function upload(http: Http, path: string, file: Blob, name: string, options: UploadOptions = {}) {
  const contentType = file.type || "application/octet-stream";
  if (options.onProgress && typeof XMLHttpRequest !== "undefined") {
    return uploadVisibly(http, http.url(path, { name }), file, contentType, options);
  }
  const response = await http.fetch("POST", path, {
    ...options,
    idempotencyKey: options.idempotencyKey ?? null,
    query: { name },
    body: file,
    contentType,
  });
  return (await response.json()) as StoredFile;
}

/** `fetch` does not tell how much has gone out; `XMLHttpRequest` does. */
function uploadVisibly(http: Http, url: string, file: Blob, contentType: string, options: UploadOptions) {
  return new Promise<StoredFile>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.withCredentials = true;
    const headers = { ...http.headers("POST"), "content-type": contentType };
    for (const [header, value] of Object.entries(headers)) request.setRequestHeader(header, value);
    if (options.idempotencyKey) request.setRequestHeader("idempotency-key", options.idempotencyKey);
    request.upload.onprogress = ({ loaded, total }) => options.onProgress?.(total > 0 ? loaded / total : 0);
    request.onerror = () => reject(new NetworkError("the file was not sent"));
    request.onabort = () => reject(options.signal?.reason ?? new NetworkError("the upload was given up"));
    request.onload = () => {
      const headers = new Headers({ "retry-after": request.getResponseHeader("retry-after") ?? "" });
      const answer = new Response(request.responseText, { status: request.status, headers });
      if (answer.ok) resolve(JSON.parse(request.responseText) as StoredFile);
      else void problemOf(answer).then(reject);
    };
    options.signal?.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}
