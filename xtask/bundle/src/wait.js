// For a page that stands in for another one because nobody answers, or not yet. It runs before the
// first paint, because what the service worker kept knows nothing of the appearance somebody chose;
// then it looks from time to time whether the page that was wanted can be had.
const root = document.documentElement;
const FIRST_LOOK = 4_000;
const LAST_LOOK = 30_000;

function chosenTheme() {
    try {
        return document.cookie.match(/(?:^|; )dc_theme=(system|light|dark)/)?.[1];
    } catch {
        return undefined;
    }
}

const theme = chosenTheme();
if (theme) {
    root.dataset.theme = theme;
    const colours = [...document.querySelectorAll('meta[name="theme-color"]')];
    const chosen = colours.find((colour) => colour.media.includes(theme));
    if (chosen) for (const colour of colours) colour.content = chosen.content;
}

async function isBack() {
    try {
        const answer = await fetch(location.href, { method: "HEAD", cache: "no-store", redirect: "manual" });
        if (root.dataset.waitsFor === "well") return answer.status !== 503;
        return answer.type === "opaqueredirect" || answer.headers.has("x-request-id");
    } catch {
        return false;
    }
}

let pause = FIRST_LOOK;
let timer = 0;

async function look() {
    clearTimeout(timer);
    if (document.visibilityState === "visible" && (await isBack())) {
        location.reload();
        return;
    }
    clearTimeout(timer);
    timer = setTimeout(look, pause);
    pause = Math.min(pause * 2, LAST_LOOK);
}

if (location.pathname.endsWith("/offline")) {
    // Opened by itself it stands in for nothing: the way on is home.
    addEventListener("DOMContentLoaded", () => {
        document.querySelector("[data-retry]").href = location.pathname.replace(/offline$/, "");
    });
} else {
    timer = setTimeout(look, FIRST_LOOK);
    addEventListener("online", look);
    document.addEventListener("visibilitychange", look);
}
