using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Dashboard;

/// <summary>How one kind of device is told to trust the household's root.</summary>
internal sealed record TrustGuide(string Device, IReadOnlyList<string> Steps);

/// <summary>The texts about trusting the household's pages, in Korean and English.</summary>
internal sealed class TrustWords(Language language)
{
    public string Title => Say("이 집의 인증서", "This household's certificate");

    public string Why => Say(
        "이 집의 화면은 암호화되어 있고, 그 인증서는 이 집의 게이트웨이가 스스로 만들었습니다. 휴대전화와 컴퓨터에 한 번 설치하면 경고 없이 열립니다.",
        "The household's pages are encrypted, with a certificate that its own gateway made. Installed once on a phone or computer, it lets them open without a warning.");

    public string OnThePhone => Say("휴대전화의 카메라로 이 페이지를 엽니다.", "Opens this page on a phone by its camera.");

    public string Compare => Say("1. 받고, 번호를 견주기", "1. Download it and compare");

    public string CompareHow => Say(
        "설치할 때 보이는 SHA-256 번호가 게이트웨이에서 './pantry gateway trust'가 보여 주는 번호와 같아야 합니다. 다르면 설치하지 마세요. 이 페이지는 암호화되지 않아 중간에서 바뀔 수 있습니다.",
        "The SHA-256 number that your device shows must be the one that './pantry gateway trust' prints on the gateway. If they differ, do not install it: this page is not encrypted yet, and somebody in between could have changed it.");

    public string Until(string date) => Say($"{date}까지", $"Until {date}");

    public string Download => Say("인증서 받기", "Download the certificate");

    public string Done => Say("3. 암호화된 화면 열기", "3. Open the encrypted pages");

    public string DoneHow => Say("설치했으면 여기로 여세요:", "Once it is installed, open:");

    public string Limits => Say(
        "이 인증서는 집 안의 이름과 주소에만 쓸 수 있게 만들어졌습니다. 다른 사이트를 흉내 내는 데에는 쓸 수 없습니다.",
        "It is made for names and addresses inside a home only, and cannot be used to pose as any other site.");

    /// <summary>Step by step, by device.</summary>
    public IReadOnlyList<TrustGuide> Guides =>
    [
        new(Say("2. iPhone, iPad", "2. iPhone, iPad"),
        [
            Say("Safari로 이 페이지를 열고 인증서를 받은 뒤 '허용'을 누릅니다.", "Open this page in Safari, download the certificate and allow it."),
            Say("설정 › 일반 › VPN 및 기기 관리에서 'PantryChain'을 눌러 번호를 견주고 설치합니다.", "Settings › General › VPN & Device Management: tap PantryChain, compare the number, install."),
            Say("설정 › 일반 › 정보 › 인증서 신뢰 설정에서 켭니다. 이것을 빠뜨리면 경고가 남습니다.", "Settings › General › About › Certificate Trust Settings: switch it on. Without this the warning stays."),
        ]),
        new(Say("2. Android", "2. Android"),
        [
            Say("인증서를 받습니다.", "Download the certificate."),
            Say("설정 › 보안 및 개인정보 보호 › 기타 보안 설정 › 인증서 설치 › CA 인증서를 고르고 받은 파일을 엽니다.", "Settings › Security & privacy › More security settings › Install from storage › CA certificate, and choose the file."),
            Say("'사용자 인증서' 목록에서 열어 번호를 견줍니다.", "Open it under user certificates and compare the number."),
        ]),
        new(Say("2. Windows, macOS", "2. Windows, macOS"),
        [
            Say("Windows: 파일을 열어 '자세히'의 지문을 견주고, 인증서 설치 › 현재 사용자 › 신뢰할 수 있는 루트 인증 기관에 저장합니다.", "Windows: open the file, compare it under Details, Install Certificate › Current User › Trusted Root Certification Authorities."),
            Say("macOS: 파일을 열어 키체인 '로그인'에 더하고, 두 번 눌러 번호를 견준 뒤 신뢰 › '항상 신뢰'로 바꿉니다.", "macOS: open the file, add it to the login keychain, double-click it, compare, and set Trust to Always Trust."),
        ]),
        new(Say("2. Linux, Firefox", "2. Linux, Firefox"),
        [
            Say("Chromium: chrome://certificate-manager › 로컬 인증서 › 내가 설치한 인증서 › 가져오기.", "Chromium: chrome://certificate-manager › Local certificates › Installed by you › Import."),
            Say("Firefox: 설정 › 개인 정보 및 보안 › 인증서 보기 › 인증 기관 › 가져오기 › 웹 사이트 식별에 신뢰.", "Firefox: Settings › Privacy & Security › View Certificates › Authorities › Import › trust it to identify websites."),
        ]),
    ];

    private string Say(string korean, string english) => language == Language.Korean ? korean : english;
}
