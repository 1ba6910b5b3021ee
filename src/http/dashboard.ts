import { join } from "node:path";
import express, { type RequestHandler, Router } from "express";
import { problems, sendProblem } from "./problems.ts";

/** The built dashboard: its files, and its page for every path that it knows by itself. */
export function serveDashboard(folder: string | null): RequestHandler {
  const router = Router();
  if (folder !== null) {
    router.use(express.static(folder, { dotfiles: "ignore", redirect: false, cacheControl: false, etag: true }));
    router.get("/{*path}", (request, response, next) => {
      if (!request.accepts("html") || /\.\w+$/.test(request.path)) return next();
      response.sendFile(join(folder, "index.html"), { cacheControl: false });
    });
  }
  router.use((request, response) => sendProblem(response, problems.notFound(request.path)));
  return router;
}
