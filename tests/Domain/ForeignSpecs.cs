using System.Text;
using PantryChain.Domain.Identity;

namespace PantryChain.Domain.Tests;

/// <summary>Words of others, as this program repeats them, and names that people enter.</summary>
public sealed class ForeignSpecs
{
    [Theory]
    [InlineData("No.\u001b[2J\u001b[H", "No.?[2J?[H")] // clears the screen
    [InlineData("\u001b]52;c;ZXZpbA==\u0007", "?]52;c;ZXZpbA==?")] // sets the clipboard
    [InlineData("\u009b31m", "?31m")] // the same by one character of C1
    [InlineData("a\r\nRun: curl", "a??Run: curl")]
    [InlineData("a\u2028b\u2029c\u0085d", "a?b?c?d")]
    [InlineData("\u202etxt.exe\u2066", "?txt.exe?")]
    [InlineData("a\u200bb\ufeffc\u00add", "a?b?c?d")]
    [InlineData("밤나무 협동조합 \ud83e\udd5b \u2764\ufe0f", "밤나무 협동조합 \ud83e\udd5b \u2764\ufe0f")]
    public void What_steers_hides_or_ends_a_line_shows_as_a_question_mark(string said, string shown) => Foreign.Clean(said).Should().Be(shown);

    [Fact]
    public void A_sentence_and_a_value_have_an_end()
    {
        Foreign.Clean(new string('a', 5_000)).Should().HaveLength(301).And.EndWith("…");
        Foreign.Short(new string('a', 5_000)).Should().HaveLength(81).And.EndWith("…");
        Foreign.Short(null).Should().BeEmpty();
        Foreign.Short("half \ud83d of one").Should().Be("half ? of one");
        Foreign.Short(new string('a', 79) + "\ud83e\udd5b").Should().Be(new string('a', 79) + "?…", "a pair is never cut into half a character");
    }

    [Fact]
    public void Output_of_several_lines_keeps_its_lines_and_nothing_else() => Foreign.Plain("a\n\tb\u001b[1m\r\n", lines: true).Should().Be("a\n\tb?[1m?\n");

    [Theory]
    [InlineData("\u3164\u115f\u2800")] // Hangul fillers and blank Braille
    [InlineData("\u3164")]
    [InlineData("\u115f\u1160")]
    [InlineData("\uffa0")]
    [InlineData("\u2800")]
    [InlineData("milk\u3164")]
    [InlineData("\u0301\u0302")] // marks without a letter
    [InlineData("\u0301")]
    [InlineData("a\u0301\u0301\u0301\u0301\u0301\u0301")] // a tower
    [InlineData("\u00ad\u034f")]
    [InlineData("milk\ufe0f")]
    [InlineData("mi\u200dlk")]
    [InlineData("\u17b4\u180e")]
    [InlineData("\ud834\udd59")] // the null note head
    [InlineData("\udb40\udc41milk")] // a tag
    [InlineData(" ")]
    [InlineData("\u3000\u00a0")]
    [InlineData("")]
    [InlineData("\ue000")]
    [InlineData("a\nb")]
    [InlineData("123456789 123456789 123456789 123456789 1")]
    public void A_name_that_nobody_sees_whole_is_none(string name) => PlainName.IsOne(name, 40).Should().BeFalse();

    [Theory]
    [InlineData("우유 칸")]
    [InlineData("Milk, 1 L (2 %)")]
    [InlineData("Bột mì số 8 — Ế")]
    [InlineData("בָּשָׂר")]
    [InlineData("\ud83e\udd5b")]
    [InlineData("\u2764\ufe0f")]
    [InlineData("\ud83d\udc69\u200d\ud83c\udf73")] // a cook: woman, joiner, frying pan
    [InlineData("7")]
    public void What_people_call_their_things_is_a_name(string name)
    {
        PlainName.IsOne(name, 40).Should().BeTrue();
        PlainName.IsOne(name.Normalize(NormalizationForm.FormD), 80).Should().BeTrue("a keyboard may send it in parts");
    }
}
