/** What only programs in Node may have: files, and the secret of an API client. */
export { fileStore } from "./file-store.js"
export { requestToken, type TokenRequest } from "./request-token.js"
