using PantryChain.Domain.Identity;
using PantryChain.Domain.Learning;
using PantryChain.Domain.Ordering;
using PantryChain.Domain.Quantities;
using PantryChain.Reorder.Policy;
using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Tests.Ordering;

/// <summary>What a member reads, from the decision to the sentence, in both languages.</summary>
public sealed class ExplanationSpecs
{
    private static readonly DateTimeOffset Saturday = new(2026, 3, 14, 9, 0, 0, TimeSpan.FromHours(9));
    private static readonly Gtin Milk = Gtin.Restricted(1), Oat = Gtin.Restricted(2);
    private static readonly AccountAddress Dairy = AccountAddress.Parse("0x" + new string('1', 40));
    private static readonly ReorderPolicy Policy = new();
    private static readonly TimeZoneInfo Seoul = TimeZoneInfo.FindSystemTimeZoneById("Asia/Seoul");
    private static readonly (Words Words, Formats Formats) Korean = (new Words(Language.Korean), new Formats(Language.Korean, Seoul));
    private static readonly (Words Words, Formats Formats) English = (new Words(Language.English), new Formats(Language.English, Seoul));

    /// <summary>A litre lasts about three days.</summary>
    private static readonly ConsumptionPattern Use = new(Milk, 9, 0.33, 30.0, 4.8, 2.0, 3.0, 0.4, 0.7, PatternStage.Confirmed);

    [Fact]
    public void A_proposal_says_what_is_left_for_how_long_and_when_it_comes() =>
        Why(Shelf(0.31), ReorderVoice.Ask, "우유", "milk").Should().Be((
            "약 310 g 남았고(길어야 3일) 지금 주문하면 우유 2팩이 월요일에 오는데, 주문할까요?",
            "About 310 g left, enough for up to 3 days; 2 packs of milk ordered now come on Monday: order them?"));

    [Fact]
    public void An_order_that_was_placed_unasked_says_why() =>
        Why(Shelf(0.31), ReorderVoice.Ordered, "쌀", "rice").Should().Be((
            "약 310 g 남아서(길어야 3일) 쌀 2팩을 주문했고 월요일에 옵니다.",
            "About 310 g was left, enough for up to 3 days, so 2 packs of rice were ordered and come on Monday."));

    [Fact]
    public void The_last_order_before_a_gap_says_when_a_later_one_would_come() =>
        Why(Tuesdays(Shelf(2.2)) with { Now = Saturday.AddDays(2) }, ReorderVoice.Due, "우유", "milk").Should().Be((
            "약 2.20 kg 남았고(4~11일) 지금 주문하면 우유 2팩이 내일 오고 늦으면 3월 24일 (화)에나 오므로 오늘 주문할 때입니다.",
            "About 2.20 kg left, enough for 4–11 days; 2 packs of milk ordered now come tomorrow, ordered later only on Tue 24 Mar, so it is time to order today."));

    [Fact]
    public void While_the_delivery_day_is_awaited_it_says_by_when_to_order() =>
        NotNow(Tuesdays(Shelf(2.2)), "우유", "milk").Should().Be((
            "약 2.20 kg 남았고(4~11일) 다음 배송은 화요일이라 우유는 월요일까지만 주문하면 됩니다.",
            "About 2.20 kg left, enough for 4–11 days; the next delivery comes on Tuesday, so ordering milk by Monday is enough."));

    [Fact]
    public void A_full_shelf_says_so()
    {
        ReorderReason why = Policy.Advise(Shelf(4.3)).Why!;

        (Korean.Words.NotYet(why, Korean.Formats), English.Words.NotYet(why, English.Formats)).Should().Be((
            "약 4.30 kg 남았고(9~19일) 아직 주문하지 않아도 됩니다.",
            "About 4.30 kg left, enough for 9–19 days; no order needed yet."));
    }

    [Fact]
    public void Below_the_minimum_the_minimum_is_named() =>
        Why(Shelf(1.9) with { Rules = new ProductRules { Minimum = Mass.FromGrams(2000) } }, ReorderVoice.Ask, "두부", "tofu").Should().Be((
            "약 1.90 kg 남아 최소 재고 2.00 kg보다 적고 지금 주문하면 두부 1팩이 월요일에 오는데, 주문할까요?",
            "About 1.90 kg left, below your minimum of 2.00 kg; 1 pack of tofu ordered now comes on Monday: order it?"));

    [Fact]
    public void A_shared_delivery_says_whose_way_it_goes()
    {
        ReorderAdvice[] plan = new ReorderPlanner(Policy).Plan([new ReorderCandidate(Milk, Dairy, Shelf(0.3)), new ReorderCandidate(Oat, Dairy, Shelf(2.05))]);

        Say(plan[1].Why!, ReorderVoice.Ask, "치즈", "cheese").Should().Be((
            "약 2.05 kg 남았고(4~10일) 같은 판매자가 월요일에 어차피 오니 치즈 1팩을 함께 주문할까요?",
            "About 2.05 kg left, enough for 4–10 days; the same seller comes on Monday anyway: order 1 pack of cheese along with it?"));
    }

    [Fact]
    public void A_substitute_says_for_what_it_stands_in_and_why()
    {
        ReorderSituation closed = Shelf(0.3) with { Rules = new ProductRules { Season = Season.OfMonths(4, 5) } };
        ReorderAdvice[] plan = new ReorderPlanner(Policy).Plan(
            [new ReorderCandidate(Milk, Dairy, closed), new ReorderCandidate(Oat, Dairy, Shelf(0.0)) { SubstituteFor = Milk }]);

        Say(plan[1].Why!, ReorderVoice.Ask, "냉동 딸기", "frozen strawberries", "딸기", "strawberries").Should().Be((
            "딸기는 철이 아니라 그 대신, 약 300 g 남았고(길어야 3일) 지금 주문하면 냉동 딸기 2팩이 월요일에 오는데, 주문할까요?",
            "Instead of strawberries (out of season): about 300 g left, enough for up to 3 days; 2 packs of frozen strawberries ordered now come on Monday: order them?"));
    }

    [Fact]
    public void A_quantity_cut_short_says_by_what() =>
        Why(Shelf(0.31) with { Funds = Bamtol.FromWon(2600) }, ReorderVoice.Ask, "우유", "milk").Should().Be((
            "약 310 g 남았고(길어야 3일) 지금 예산만큼만 주문하면 우유 1팩이 월요일에 오는데, 주문할까요?",
            "About 310 g left, enough for up to 3 days; 1 pack of milk (as many as the budget pays) ordered now comes on Monday: order it?"));

    [Fact]
    public void What_would_spoil_is_not_ordered_and_says_so() =>
        NotNow(Shelf(0.31) with { Rules = new ProductRules { ShelfLifeDays = 2 } }, "두부", "tofu").Should().Be((
            "약 310 g 남았고(길어야 3일) 두부를 주문할 때지만, 지금 쓰는 속도로는 가장 적게 주문해도 기한 안에 다 쓰지 못합니다.",
            "About 310 g left, enough for up to 3 days, so it would be time to order tofu, but at this rate of use even the smallest order would expire before it is used up."));

    [Fact]
    public void Out_of_season_the_opening_day_is_named() =>
        NotNow(Shelf(0.31) with { Rules = new ProductRules { Season = Season.OfMonths(4, 5) } }, "딸기", "strawberries").Should().Be((
            "약 310 g 남았고(길어야 3일) 딸기는 4월 1일 (수)에 철이 되면 저절로 다시 주문합니다.",
            "About 310 g left, enough for up to 3 days; the season of strawberries opens on Wed 1 Apr, and from then on it is ordered again by itself."));

    [Fact]
    public void A_pause_over_an_empty_shelf_says_that_it_would_be_time() =>
        NotNow(Shelf(0.0) with { Paused = true }, "쌀", "rice").Should().Be((
            "다 떨어졌고 쌀을 주문할 때지만, 일시 정지되어 있어 다시 시작할 때까지 주문하지 않습니다.",
            "Nothing is left, so it would be time to order rice, but it is paused: nothing is ordered until you resume."));

    [Fact]
    public void Resuming_says_beforehand_what_it_does()
    {
        Resume(Shelf(0.31), MandateMode.Approve).Should().Be((
            "다시 시작하면 우유 2팩을 바로 제안하고, 승인하기 전에는 주문하지 않습니다.",
            "Resuming proposes 2 packs of milk now; nothing is ordered without your yes."));
        Resume(Shelf(3.2), MandateMode.Auto).Should().Be((
            "다시 시작해도 수요일쯤까지는 우유를 주문하지 않습니다.",
            "Resuming orders no milk until about Wednesday."));
        Resume(Shelf(0.31) with { Mandate = null }, MandateMode.Approve).Should().Be((
            "다시 시작해도 우유를 주문하지 않습니다. 주문을 맡기지 않았습니다.",
            "Resuming orders no milk yet: no mandate has been given."));
    }

    [Fact]
    public void A_reserve_says_why_it_is_ordered_for_already()
    {
        ReorderSituation late = Shelf(2.1) with { Mandate = Shelf(1).Mandate! with { MaxQuantity = 1 }, SettlingDays = 4.0 };

        Why(late, ReorderVoice.Ask, "우유", "milk").Should().Be((
            "약 2.10 kg 남았고(4~10일) 다음 주문은 한 팩을 더 써야 낼 수 있어 떨어지지 않도록 지금 맡긴 만큼만 주문하면 우유 1팩이 월요일에 오는데, 주문할까요?",
            "About 2.10 kg left, enough for 4–10 days; the next order can be placed only once another pack is used up. 1 pack of milk (as many as the mandate allows) ordered now comes on Monday and keeps a reserve: order it?"));
        Why(late, ReorderVoice.Ordered, "우유", "milk").Should().Be((
            "약 2.10 kg 남아서(4~10일) 다음 주문은 한 팩을 더 써야 낼 수 있어 떨어지지 않도록 우유 1팩을 맡긴 만큼만 주문했고 월요일에 옵니다.",
            "About 2.10 kg was left, enough for 4–10 days; the next order can be placed only once another pack is used up, so 1 pack of milk (as many as the mandate allows) was ordered to keep a reserve and comes on Monday."));
    }

    private static ReorderSituation Tuesdays(ReorderSituation shelf) => shelf with
    {
        Delivery = new DeliveryDays([DayOfWeek.Tuesday], new TimeOnly(18, 0)), Lead = new LeadTime(new Dictionary<int, double> { [1] = 1.0 }),
    };

    private static ReorderSituation Shelf(double packs) => new(
        Saturday, Mass.FromGrams(1000), Mass.FromGrams(packs * 1000), SensorTrusted: true, Use, LeadTime.Usual,
        new Mandate(default, Milk, 2, Bamtol.FromWon(3000), Bamtol.FromWon(30_000), 30, 3, 1, default, default, Saturday.AddDays(300), 1), Bamtol.FromWon(2500),
        Bamtol.FromWon(30_000), Bamtol.FromWon(50_000), Tier: 1, LastOrderedCycle: null, OrderUnderWay: false, Paused: false);

    private static (string, string) Why(in ReorderSituation shelf, ReorderVoice voice, string korean, string english) => Say(Policy.Advise(shelf).Why!, voice, korean, english);

    private static (string, string) Say(ReorderReason why, ReorderVoice voice, string korean, string english, string insteadKo = "", string insteadEn = "") =>
        (Korean.Words.Why(why, korean, voice, Korean.Formats, insteadKo), English.Words.Why(why, english, voice, English.Formats, insteadEn));

    private static (string, string) NotNow(in ReorderSituation shelf, string korean, string english)
    {
        ReorderAdvice advice = Policy.Advise(shelf);
        return (Korean.Words.NotNow(advice.Why!, advice.Blocks[0], korean, Korean.Formats), English.Words.NotNow(advice.Why!, advice.Blocks[0], english, English.Formats));
    }

    private static (string, string) Resume(in ReorderSituation shelf, MandateMode mode)
    {
        ReorderPreview preview = Policy.Preview(shelf with { Paused = true }, mode);
        return (Korean.Words.Preview(preview, "우유", Korean.Formats), English.Words.Preview(preview, "milk", English.Formats));
    }
}
