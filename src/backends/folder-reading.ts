/** How a thread reads a store in a folder: the one part of an engine that it needs, where `index.ts` loads every driver. */
export { blockingGet } from './store/filesystem/blocking-get.ts'
