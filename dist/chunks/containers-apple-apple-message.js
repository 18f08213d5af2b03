import{V as e}from"./start-clean-up.js";function appleMessage({stdout:t,stderr:n,status:r}){let i=(n.trim()||t.trim()).split(`
`),a=i.findLastIndex(e=>e.startsWith(`Error: `)),o=(a<0?i.slice(-5):i.slice(a)).join(`
`).replace(/^Error: /,``);return e(o.trim(),2e3)||`container exited with ${r}`}export{appleMessage as t};