// The page reads alone: a person's calls come from an origin of the stage, a system's with a secret that no page has.
window.SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#api',
  deepLinking: true,
  supportedSubmitMethods: [],
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  showExtensions: false,
  validatorUrl: null,
});
