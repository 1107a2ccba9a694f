// 现场打分 without network. Keeps the shell (scripts, styles, one page that says there is no network) and those pages
// that the platform marks as somebody's own (score sheets, household visits); sees one signing out, and takes them away
// then. Sends what waits when the network is back, where the browser wakes it for that.
// SHELL is written before this by evaluations/views/offline.py.
importScripts(...["spot/store", "spot/send"].map((part) => SHELL.assets.find((name) => name.includes(part))));

const { store } = self.Spot;
const SHELL_CACHE = `spot-shell-${SHELL.version}`;
const KEEP = "X-Keep-For";
const KEPT = new RegExp(`^((${SHELL.sheets}|${SHELL.visits})(\\d+/)?|${[SHELL.leave, ...SHELL.kept].join("|")})$`);
const PATIENCE = 4000; // milliseconds; a network that is slower than this counts as none, if the page is kept here

addEventListener("install", (event) => {
  const fresh = SHELL.assets.map((url) => new Request(url, { cache: "reload" }));
  // Asked for by nobody in particular: the pages in everybody's place say nothing of anybody.
  const pages = [SHELL.offline, SHELL.left].map((url) => new Request(url, { credentials: "omit", cache: "reload" }));
  event.waitUntil(caches.open(SHELL_CACHE).then((cache) => cache.addAll([...fresh, ...pages])).then(() => skipWaiting()));
});

// The shell before this one stays until the pages made with it have been fetched anew.
addEventListener("activate", (event) => event.waitUntil((async () => {
  const shells = (await caches.keys()).filter((name) => name.startsWith("spot-shell-") && name !== SHELL_CACHE);
  await Promise.all(shells.slice(0, -1).map((name) => caches.delete(name)));
  await clients.claim();
})()));

// The page as this device kept it for whoever it serves.
async function kept(url) {
  const user = await store.whose();
  return user && (await caches.open(store.PAGES + user)).match(url, { ignoreVary: true });
}

async function keep(url, response) {
  const user = response.headers.get(KEEP);
  if (!user || !response.ok || response.redirected) return;
  await store.belongTo(user);
  await (await caches.open(store.PAGES + user)).put(url, response);
}

// From the network, and kept; without network as it was kept last.
async function keptPage(event, url) {
  const fetched = fetch(event.request).then((response) => {
    event.waitUntil(keep(url, response.clone()));
    return response;
  });
  const before = await kept(url);
  if (!before) return fetched.catch(noNetwork);
  const slow = new Promise((resolve) => { setTimeout(resolve, PATIENCE, before); });
  return Promise.race([fetched, slow]).catch(() => before);
}

// What is shown in place of a page that cannot be reached: a kept one that knows what to do with its address.
async function instead(path) {
  for (const [pattern, other] of SHELL.instead) {
    const whole = new RegExp(`^${pattern}$`);
    if (whole.test(path)) return (await kept(path.replace(whole, other))) ?? noNetwork();
  }
  return noNetwork();
}

const noNetwork = async () => (await caches.match(SHELL.offline, { ignoreVary: true })) ?? Response.error();
const signedOutHere = async () => (await caches.match(SHELL.left, { ignoreVary: true })) ?? noNetwork();

// With marks that were not sent the person is asked first: they stay and wait for them (keep), or go (sure).
async function signOut(request) {
  const user = await store.whose();
  const form = await request.clone().formData();
  const unsent = user ? (await store.queue(user)).length : 0;
  if (unsent && !form.has("sure") && !form.has("keep")) return Response.redirect(SHELL.leave, 303);
  const response = await fetch(request).catch(() => null);
  if (!user || (response && response.type !== "opaqueredirect")) return response ?? noNetwork();
  await (form.has("keep") ? store.lock(user) : store.forget(user));
  if (response) return response;
  await store.leave(user);
  return signedOutHere();
}

// What was signed out without network is signed out now; whether nobody is signed in here any more by mistake.
async function finishLeaving(user) {
  const asked = await fetch("/api/v1/me/", { headers: { Accept: "application/json" } });
  if (asked.ok) {
    const me = await asked.json();
    if (String(me.id) === user) {
      const method = { method: "POST", redirect: "manual", headers: { "X-CSRFToken": me.csrf_token } };
      const done = await fetch(SHELL.signOut[0], method);
      if (done.type !== "opaqueredirect") throw new Error("still signed in");
    }
  } else if (asked.status >= 500) throw new Error("later");
  await store.leave("");
}

// The account was closed; the platform then leads elsewhere, and does not where it says no.
async function end(request) {
  const user = await store.whose();
  const response = await fetch(request).catch(noNetwork);
  if (user && response.type === "opaqueredirect") await store.forget(user);
  return response;
}

// A page that is asked for; before anything else a signing out that waits for the network is done.
async function page(event, url) {
  const user = await store.leaving();
  if (user) {
    try {
      await finishLeaving(user);
    } catch {
      return signedOutHere();
    }
  }
  if (KEPT.test(url.pathname)) return keptPage(event, url.pathname);
  return fetch(event.request).catch(() => instead(url.pathname));
}

addEventListener("sync", (event) => {
  if (event.tag !== "spot-send") return;
  event.waitUntil((async () => {
    const user = await store.whose();
    if (user && (await self.Spot.send(user)) === "later") throw new Error("no network"); // the browser tries again
  })());
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  const isPage = request.mode === "navigate";
  if (request.method === "POST" && SHELL.signOut.includes(url.pathname)) event.respondWith(signOut(request));
  else if (request.method === "POST" && url.pathname === SHELL.erase) event.respondWith(end(request));
  else if (request.method !== "GET") return;
  else if (SHELL.assets.includes(url.pathname)) event.respondWith(caches.match(url.pathname, { ignoreVary: true }).then((found) => found ?? fetch(request)));
  else if (isPage) event.respondWith(page(event, url));
  else if (KEPT.test(url.pathname)) event.respondWith(keptPage(event, url.pathname));
});
