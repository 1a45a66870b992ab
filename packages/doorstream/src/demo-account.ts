/** The demo's API client. It is public: anybody may read it here, so it exists on loopback addresses only. */
export const demoClientId = "demo"
export const demoClientSecret = "demo-secret"
export const demoSystemId = "0738b8df-329a-4d50-88e7-7a48928c4d6f"
