export { createVerifiedFetch } from '@helia/verified-fetch'
