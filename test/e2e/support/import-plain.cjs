// Imports by Node itself: the test runner replaces import() in the files that it loads, but loads no CommonJS file of require().
module.exports = (url) => import(url)
