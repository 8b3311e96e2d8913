"""What PDFium, the reader inside Chrome and Edge, finds in a PDF: one JSON object for each page.

in: the path of a PDF → out: width and height of the page in points, its text, its words with their boxes (left, top, right,
bottom; from the upper left).
"""
import json
import sys

import pypdfium2

for page in pypdfium2.PdfDocument(sys.argv[1]):
    width, height = page.get_size()
    text_page = page.get_textpage()
    text = text_page.get_text_range()
    words, open_word = [], False
    for index in range(text_page.count_chars()):
        character = text_page.get_text_range(index, 1)
        if not character.strip():
            open_word = False
            continue
        left, bottom, right, top = text_page.get_charbox(index, loose=True)
        if not open_word:
            words.append(["", left, height - top, right, height - bottom])
            open_word = True
        word = words[-1]
        word[0] += character
        word[1:] = [min(word[1], left), min(word[2], height - top), max(word[3], right), max(word[4], height - bottom)]
    print(json.dumps({"size": [width, height], "text": text, "words": words}))
