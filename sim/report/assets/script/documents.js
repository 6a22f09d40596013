// Documents of the model: English text that both languages share; a part is put in its place when its details open.
document.addEventListener("toggle", ({ target }) => {
  const place = target.open && target.querySelector(":scope > [data-document]");
  const html = place && payload.data.documents[place.dataset.document];
  if (html) replaceHtml(place, html);
}, true);
