// Starts Swagger on the schema named in the page. A signed-in reader's tries carry the CSRF token.
// Four hundred operations are drawn when their group is opened, not before.
const page = document.getElementById("api-docs");

SwaggerUIBundle({
  url: page.dataset.schema,
  domNode: page,
  docExpansion: "none",
  filter: true,
  defaultModelsExpandDepth: -1,
  requestInterceptor(request) {
    if (request.method && request.method !== "GET") {
      request.headers["X-CSRFToken"] = page.dataset.csrfToken;
    }
    return request;
  },
});
