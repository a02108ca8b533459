using System.Reflection;
using PantryChain.Domain.Ordering;
using PantryChain.Ui.Texts;

namespace PantryChain.Ui.Tests;

public sealed class WordsSpecs
{
    private static readonly Words Korean = new(Language.Korean), English = new(Language.English);

    public static TheoryData<string> AllMembers
    {
        get
        {
            TheoryData<string> names = [];
            foreach (string name in Members().Select(member => member.Name).Distinct())
                names.Add(name);
            return names;
        }
    }

    [Theory]
    [MemberData(nameof(AllMembers))]
    public void Every_text_is_said_in_both_languages_with_all_its_arguments(string name)
    {
        foreach (MethodInfo member in Members().Where(member => member.Name == name))
            foreach (Func<Language, object?[]> arguments in Examples(member))
            {
                string korean = Say(member, Korean, arguments(Language.Korean)), english = Say(member, English, arguments(Language.English));

                korean.Should().NotBeNullOrWhiteSpace().And.MatchRegex("[가-힣]", "it is Korean");
                english.Should().NotBeNullOrWhiteSpace().And.NotMatchRegex("[가-힣]", "it is English");
                foreach (string text in arguments(Language.English).OfType<string>())
                    korean.Contains(text, StringComparison.Ordinal).Should().Be(english.Contains(text, StringComparison.Ordinal), $"'{text}' stands in both or, as a code that chooses a text, in neither of '{korean}' and '{english}'");
            }
    }

    [Fact]
    public void No_two_values_of_an_enum_share_a_text()
    {
        foreach (MethodInfo member in Members().Where(member => member.GetParameters() is [{ ParameterType.IsEnum: true }]))
            foreach (Words words in new[] { Korean, English })
                Examples(member).Select(arguments => Say(member, words, arguments(words.Language))).Should().OnlyHaveUniqueItems(member.ToString());
    }

    [Fact]
    public void The_reason_is_one_sentence_with_its_numbers()
    {
        string korean = Korean.Why(Gallery.Why, "우유", ReorderVoice.Ask, FormatsSpecs.Korean);
        string english = English.Why(Gallery.Why with { DaysLeftLow = 4.2, DaysLeftHigh = 5.6 }, "milk", ReorderVoice.Ordered, FormatsSpecs.English);

        korean.Should().Be("약 312 g 남았고(길어야 2일) 지금 주문하면 우유가 화요일에 오는데, 주문할까요?");
        english.Should().Be("About 312 g was left, enough for 4–6 days, so milk was ordered and comes on Tuesday.");
    }

    [Theory]
    [InlineData("우유", "우유가")]
    [InlineData("쌀", "쌀이")]
    [InlineData("우유 1 L", "우유 1 L가")]
    [InlineData("간장 900 mL", "간장 900 mL가")]
    [InlineData("백미 4 kg", "백미 4 kg이")]
    [InlineData("비타민 3", "비타민 3이")]
    [InlineData("라면 5", "라면 5가")]
    [InlineData("Milk", "Milk이(가)")]
    [InlineData("", "이(가)")]
    public void A_particle_fits_its_word(string word, string expected) => Josa.Subject(word).Should().Be(expected);

    [Fact]
    public void The_desk_compares_prices_in_good_Korean() =>
        Korean.OddlyPriced("4,700원", "4,900원").Should().Be("주문 금액 4,700원이 판매 목록의 가격 4,900원과 맞지 않습니다.");

    private static IEnumerable<MethodInfo> Members() =>
        typeof(Words).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(method => method.ReturnType == typeof(string));

    private static string Say(MethodInfo member, Words words, object?[] arguments) => (string)member.Invoke(words, arguments)!;

    /// <summary>Arguments that try every value of an enum and a recognisable text for every other parameter.</summary>
    private static IEnumerable<Func<Language, object?[]>> Examples(MethodInfo member)
    {
        ParameterInfo[] parameters = member.GetParameters();
        ParameterInfo? choice = parameters.FirstOrDefault(parameter => parameter.ParameterType.IsEnum);
        foreach (object? value in choice is null ? new object?[] { null } : Enum.GetValues(choice.ParameterType).Cast<object?>())
            yield return language => [.. parameters.Select(parameter => parameter == choice ? value : Example(parameter, language))];
    }

    private static object Example(ParameterInfo parameter, Language language) => parameter.ParameterType switch
    {
        Type type when type == typeof(string) => "«" + parameter.Name + "»",
        Type type when type == typeof(int) => 417,
        Type type when type == typeof(double) => 417.0,
        Type type when type == typeof(ReorderReason) => Gallery.Why,
        Type type when type == typeof(ReorderPreview) => new ReorderPreview(Gallery.Now, MandateMode.Approve, 2, null, default),
        Type type when type == typeof(Formats) => language == Language.Korean ? FormatsSpecs.Korean : FormatsSpecs.English,
        Type type => throw new NotSupportedException($"Give this test an example of {type}."),
    };
}
