// A bulk job at work: how far it is, asked for until it is over.
import { rest } from "./rest.js";

const JOBS = "/api/v1/bulk-jobs/";
const pause = (milliseconds) => new Promise((go) => setTimeout(go, milliseconds));

export const isOver = (job) => job.state === "done" || job.state === "cancelled";
export const start = (body) => rest(JOBS, { body });
export const cancel = (id) => rest(`${JOBS}${id}/cancel/`, { body: {} });
export const refusals = (id) => rest(`${JOBS}${id}/items/?state=refused&page_size=20`, { method: "GET" });

export async function watch(job, tell) {
  while (!isOver(job)) {
    await pause(document.hidden ? 5000 : 700);
    job = await rest(`${JOBS}${job.id}/`, { method: "GET" }).catch(() => job);
    tell(job);
  }
  return job;
}

const place = document.querySelector("[data-running]");
if (place) {
  const bar = place.querySelector("progress");
  watch({ id: place.dataset.running }, ({ progress }) => { bar.value = bar.max - progress.waiting; }).then(() => location.reload());
}
