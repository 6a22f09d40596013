// Unpacks the data and the chart library, both gzipped, and gives Plotly its Dutch.
function bytesOf(text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text);
  const characters = atob(text), bytes = new Uint8Array(characters.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = characters.charCodeAt(at);
  return bytes;
}

function unpack(id) {
  const bytes = bytesOf(document.getElementById(id).textContent.trim());
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}

// The policy of the page knows the library by its hash, as it knows this script.
function runLibrary(text) {
  const script = document.createElement("script");
  script.textContent = text;
  document.head.append(script);
  script.remove();
  const nl = payload.pages.nl;
  window.Plotly.register({
    moduleType: "locale", name: "nl", dictionary: {},
    format: { months: nl.months, shortMonths: nl.months_short, decimal: ",", thousands: ".", date: "%d-%m-%Y" },
  });
}
