// Unpacks the data and the chart library, both gzipped, and gives Plotly its Dutch.
async function unpack(id) {
  const bytes = Uint8Array.from(atob(document.getElementById(id).textContent), (c) => c.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

async function loadLibrary() {
  const url = URL.createObjectURL(new Blob([await unpack("library")], { type: "text/javascript" }));
  await new Promise((done, fail) => {
    const script = document.createElement("script");
    Object.assign(script, { src: url, onload: done, onerror: fail });
    document.head.append(script);
  });
  URL.revokeObjectURL(url);
  const nl = payload.pages.nl;
  window.Plotly.register({
    moduleType: "locale", name: "nl", dictionary: {},
    format: { months: nl.months, shortMonths: nl.months_short, decimal: ",", thousands: ".", date: "%d-%m-%Y" },
  });
}
