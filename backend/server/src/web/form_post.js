// Hands the answer to the partner (OAuth 2.0 Form Post Response Mode). The button does the same where this does not run.
document.getElementById("form-post").submit();
