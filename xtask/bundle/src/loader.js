// A chunk that cannot be loaded must not kill the page. One more try bridges a short gap in the
// network; then the page loads itself anew, once for each build, because after an upgrade the
// chunks it asks for are gone. If even that does not help, the page says so and stays usable.
const RELOADED = "dropcast.reloaded-for";

// The address changes only once the chunk is there; until then this is where somebody wants to go.
let wanted;
addEventListener(
    "click",
    (event) => {
        wanted = event.target.closest?.("a[href]")?.href;
    },
    true,
);
addEventListener("popstate", () => {
    wanted = undefined;
});

function loadAnew() {
    const elsewhere = wanted !== undefined && wanted !== location.href;
    if (elsewhere && new URL(wanted).origin === location.origin) {
        location.assign(wanted);
    } else {
        location.reload();
    }
}

function pause(milliseconds) {
    return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function reloadedBefore() {
    try {
        const before = sessionStorage.getItem(RELOADED) === import.meta.url;
        sessionStorage.setItem(RELOADED, import.meta.url);
        return before;
    } catch {
        // Nothing can be remembered here, so a reload could repeat for ever.
        return true;
    }
}

function giveUp(reason) {
    if (reloadedBefore()) {
        console.warn("Part of this page could not be loaded.", reason);
        document.documentElement.dataset.partMissing = "";
        return;
    }
    loadAnew();
}

function wrapAsyncCb(callee) {
    return async (callbackIndex, callbackData) => {
        try {
            await callee().catch(() => pause(400).then(callee));
        } catch (reason) {
            giveUp(reason);
            return;
        }
        wanted = undefined;
        // Between the frame and the page whoever clicks or types is heard.
        await pause(0);
        getSharedImports().__wasm_split.__indirect_function_table.get(callbackIndex)(callbackData, true);
    };
}

// Modules travel in packs. A pack that did not come is asked for again with the next try.
const packs = new Map();

function load(pack) {
    if (!packs.has(pack)) {
        const bytes = fetch(new URL(`./${pack}.wasm`, import.meta.url)).then((answer) => {
            if (!answer.ok) throw new Error(`${pack}: ${answer.status}`);
            return answer.arrayBuffer();
        });
        bytes.catch(() => packs.delete(pack));
        packs.set(pack, bytes);
    }
    return packs.get(pack);
}

async function unpack(module) {
    const [pack, begin, end] = PLACES[module];
    const bytes = await load(pack);
    return new Response(bytes.slice(begin, end), { headers: { "content-type": "application/wasm" } });
}
