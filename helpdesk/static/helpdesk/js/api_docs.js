// Starts Swagger on the schema named in the page. A signed-in reader's tries carry the CSRF token.
const page = document.getElementById("api-docs");

SwaggerUIBundle({
  url: page.dataset.schema,
  domNode: page,
  requestInterceptor(request) {
    if (request.method && request.method !== "GET") {
      request.headers["X-CSRFToken"] = page.dataset.csrfToken;
    }
    return request;
  },
});
