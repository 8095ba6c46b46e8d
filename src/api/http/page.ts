import path from 'node:path';
import express, { type RequestHandler } from 'express';

/** The built page: its files are named by their content and stay, the document that names them is asked for anew each time. */
export function pageRoutes(folder: string): RequestHandler {
  return express.static(folder, {
    setHeaders(response, file) {
      const isNamedByContent = path.basename(path.dirname(file)) === 'assets';
      response.set('Cache-Control', isNamedByContent ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}
